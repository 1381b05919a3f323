import type { Consistency } from '#authorization';
import { bucketOf } from '#database';
import { connectDatabase, type DatabaseConnection } from '#database/nest';
import { AddTenantMember, ChangeTenant, CreateTenant, RemoveTenantMember } from '#iam';
import { UlidGenerator, type CommitReceipt, type TenantId, type UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { InvalidConsistencyToken } from '#outbox';
import { PgGraphEpoch, PgReadYourWrites } from '#outbox/nest';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { logEvent, poisonedMember } from './support/log-event.ts';
import { ProjectionBench } from './support/projection-bench.ts';
import { WritingSide } from './support/writing-side.ts';

let bench: ProjectionBench;
let side: WritingSide;
let deaf: DatabaseConnection;
let ada: UserId;
let tenantId: TenantId;
let version: number;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  side = await WritingSide.start(bench.database.url);
  deaf = await connectDatabase({ url: bench.database.url, poolSize: 2 });
  ada = await bench.user();
});
beforeEach(async () => {
  await bench.worker({ sweepMs: 50 });
  const { result } = await side.do(actingUser(ada), CreateTenant, { name: 'Acme' });
  tenantId = result.tenant_id;
  version = result.version;
  await bench.settled();
});
afterEach(() => bench.stopWorkers());
afterAll(async () => {
  await side?.stop();
  await deaf?.close();
  await bench?.close();
});

/** Reads the work list only: no news of a batch ever reaches it. */
const withoutNews = () => new PgReadYourWrites(deaf.database, new PgGraphEpoch(deaf.database));

async function addSomebody(): Promise<{ userId: UserId; version: number; receipts: readonly CommitReceipt[] }> {
  const userId = await bench.user();
  const { result, receipts } = await side.do(actingUser(ada), AddTenantMember, { tenantId, userId, role: 'member' });
  return { userId, version: result.version, receipts };
}

const isInside = async (user: string, consistency: Consistency) => {
  const subject = { type: 'user', id: user };
  return (await bench.graph.check({ resource: { type: 'tenant', id: tenantId }, permission: 'access', subject }, consistency)).allowed;
};

describe('P-6 a command that was answered', () => {
  it('P-6 is in the graph, and its token makes any later check see it', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { userId, receipts } = await addSomebody();
      const { applied, token } = await side.readYourWrites.settle(receipts, 5_000);
      expect(applied).toBe(true);
      const consistency = await side.readYourWrites.resolve(token ?? '', 0);
      expect(consistency.kind).toBe('at_least_as_fresh');
      expect(await isInside(userId, consistency)).toBe(true);
    }
  });

  it('P-6 settles although every news of batches is lost: whoever waits also looks', async () => {
    const { userId, receipts } = await addSomebody();
    const { applied, token } = await withoutNews().settle(receipts, 5_000);
    expect(applied).toBe(true);
    expect(await isInside(userId, await withoutNews().resolve(token ?? '', 0))).toBe(true);
  });

  it('P-6 that the projection has not caught up with says so in time, and its token waits for it later', async () => {
    await bench.stopWorkers();
    const { userId, receipts } = await addSomebody();
    const began = Date.now();
    const { applied, token } = await side.readYourWrites.settle(receipts, 200);
    expect(applied).toBe(false);
    expect(Date.now() - began).toBeLessThan(1_000);
    expect(await side.readYourWrites.resolve(token ?? '', 100)).toEqual({ kind: 'fully_consistent' });

    const waiting = side.readYourWrites.resolve(token ?? '', 10_000);
    await bench.worker({ sweepMs: 50 });
    const consistency = await waiting;
    expect(consistency.kind).toBe('at_least_as_fresh');
    expect(await isInside(userId, consistency)).toBe(true);
  });

  it('P-6 asked to respond at once does not wait', async () => {
    await bench.stopWorkers();
    const { receipts } = await addSomebody();
    expect(await side.readYourWrites.settle(receipts, 0)).toMatchObject({ applied: false, token: expect.any(String) });
  });

  it('P-6 that changed nothing in the graph is settled too', async () => {
    const changed = await side.do(actingUser(ada), ChangeTenant, { tenantId, expectedVersion: version, name: 'Other' });
    expect((await side.readYourWrites.settle(changed.receipts, 5_000)).applied).toBe(true);
    expect(await side.readYourWrites.settle([], 5_000)).toEqual({ token: null, applied: true });
  });

  it('P-6 whose event is dead is not called applied', async () => {
    const position = await logEvent(bench.owner, poisonedMember(tenantId));
    await eventually(async () => (await bench.dead()).length > 0);
    const receipt: CommitReceipt = { events: [{ position, bucket: bucketOf(tenantId), tenantId, revoking: false }], replayed: false };
    expect((await side.readYourWrites.settle([receipt], 200)).applied).toBe(false);
    await bench.owner.query("DELETE FROM outbox_pending WHERE state = 'dead'");
  });
});

describe('P-6 a token', () => {
  it('P-6 of an earlier epoch of the graph asks for nothing', async () => {
    const { token } = await side.readYourWrites.current(tenantId);
    expect((await side.readYourWrites.resolve(token, 0)).kind).toBe('at_least_as_fresh');
    await bench.stopWorkers();
    await bench.owner.query('UPDATE projection_state SET epoch = $1', [new UlidGenerator().next()]);
    await eventually(async () => (await side.readYourWrites.resolve(token, 0)).kind === 'minimize_latency');
  });

  it('P-6 of the tenant covers every event applied so far', async () => {
    const { userId } = await addSomebody();
    await bench.settled();
    const { token, zedToken } = await side.readYourWrites.current(tenantId);
    expect(zedToken).toEqual(expect.any(String));
    expect(await isInside(userId, await side.readYourWrites.resolve(token, 0))).toBe(true);
  });

  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  it.each([
    ['nothing', ''],
    ['another alphabet', 'à la carte'],
    ['no JSON', 'AAAA'],
    ['another version', encoded({ v: 2, e: 'x', z: null, a: [] })],
    ['a bucket that is none', encoded({ v: 1, e: 'x', z: null, a: [[99_999, '1', '2']] })],
    ['a position beyond any', encoded({ v: 1, e: 'x', z: null, a: [[1, '1', '99999999999999999999']] })],
    ['a position that is none', encoded({ v: 1, e: 'x', z: null, a: [[1, '-1', '0x10']] })],
    ['too many ranges', encoded({ v: 1, e: 'x', z: null, a: Array.from({ length: 258 }, () => [1, '1', '2']) })],
  ])('P-6 made of %s is refused', async (_what, token) => {
    await expect(side.readYourWrites.resolve(token, 100)).rejects.toThrow(InvalidConsistencyToken);
  });
});

describe('P-7 what the process knows of revocations', () => {
  it('P-7 makes checks of that tenant fresh for as long as the engine may answer from before', async () => {
    const { userId, version: added } = await addSomebody();
    await bench.settled();
    expect(side.revocations.freshness(tenantId)).toEqual({ kind: 'minimize_latency' });
    await side.do(actingUser(ada), RemoveTenantMember, { tenantId, userId, expectedVersion: added });
    await eventually(() => side.revocations.freshness(tenantId).kind === 'at_least_as_fresh');
    expect(await isInside(userId, side.revocations.freshness(tenantId))).toBe(false);
    await eventually(() => side.revocations.freshness(tenantId).kind === 'minimize_latency', { within: 3_000 });
  });
});
