import { bucketOf } from '#database';
import { OperationWaits } from '#governance';
import { AddTenantMember, RemoveTenantMember } from '#iam';
import type { TenantId, UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { batchLimits } from '../../../libs/outbox/src/projection/plan-batch.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { watched } from './support/live-rebuild.ts';
import { deleteMembers, insertMembers, logMembers } from './support/many-members.ts';
import { HandRun, type OperatorsDesk } from './support/operators-desk.ts';
import type { ProjectionBench } from './support/projection-bench.ts';
import { ReplayStage } from './support/replay-stage.ts';

let stage: ReplayStage;
let bench: ProjectionBench;
let at: OperatorsDesk;
let ada: UserId;
let acme: TenantId;

beforeAll(async () => {
  stage = await ReplayStage.open();
  ({ bench, at, ada, acme } = stage);
});
afterAll(() => stage?.close());

describe('P-8 a long replay', () => {
  let many: readonly UserId[];

  beforeAll(async () => {
    many = await insertMembers(bench.owner, acme, 3_000);
    await logMembers(bench.owner, acme, many, 'added');
    await bench.isExact(60_000);
  });

  const listed = async () =>
    (await bench.owner.query<{ n: number }>('SELECT count(*)::integer AS n FROM outbox_pending WHERE replayed_by IS NOT NULL'))[0]?.n ?? 0;

  it('P-8 has few events on the list at a time, says how far it is, and goes on after a crash from where it was', async () => {
    await at.desk.replay.request(at.context(), { selectors: { tenant: acme, type: 'tenancy.member_added' } });
    const input = at.operations.requests.at(-1)?.input ?? {};
    const first = new HandRun(input);
    let most = 0;
    first.onReport = async ({ done }) => {
      most = Math.max(most, await listed());
      if (done >= 1_000) first.stop();
    };
    await expect(at.run('replay', first)).rejects.toThrow('stopped');
    expect(most).toBeLessThanOrEqual(300);
    expect(first.reports.at(-1)?.step).toMatch(/^position \d+ of \d+$/);
    const second = new HandRun(input, first.checkpoint);
    const result = await at.run('replay', second);
    expect(second.reports[0]?.done).toBeGreaterThanOrEqual(1_000);
    expect(result['matched']).toBeGreaterThanOrEqual(3_000);
    expect(await listed()).toBe(0);
    await bench.isExact();
  });

  it('P-8 over a shard that is paused gives its place to other operations, says so, and puts no more on the list until it goes on', async () => {
    const [paused] = await bench.owner.query<{ shard: number }>('SELECT shard FROM projection_buckets WHERE bucket = $1', [bucketOf(acme)]);
    await bench.owner.query("UPDATE projection_shards SET paused = 'all' WHERE shard = $1", [paused?.shard]);
    at.patienceMs = 300;
    await at.desk.replay.request(at.context(), { selectors: { tenant: acme, type: 'tenancy.member_added' } });
    const input = at.operations.requests.at(-1)?.input ?? {};
    let stopped = new HandRun(input);
    const waits = new OperationWaits(`shard ${paused?.shard} is paused`);
    await expect(at.run('replay', stopped)).rejects.toEqual(waits);
    const most = await listed();
    expect(most).toBeGreaterThan(0);
    for (let look = 0; look < 3; look += 1) {
      stopped = new HandRun(input, stopped.checkpoint);
      await expect(at.run('replay', stopped)).rejects.toEqual(waits);
      expect(stopped.reports).toEqual([]);
    }
    expect(await listed()).toBe(most);
    await bench.owner.query("UPDATE projection_shards SET paused = 'no'");
    at.patienceMs = 5_000;
    expect((await at.run('replay', new HandRun(input, stopped.checkpoint)))['matched']).toBeGreaterThanOrEqual(3_000);
    expect(await listed()).toBe(0);
    await bench.isExact();
  });

  it('P-7 delays neither a live removal nor a live grant of the same tenant, and is no lag', async () => {
    const [gone] = many;
    const newcomer = await bench.user();
    await logMembers(bench.owner, acme, many.slice(0, 500), 'removed'); // of members who are there: only their replay matters
    await bench.settled(60_000);
    await bench.owner.query(
      "UPDATE outbox_events SET committed_at = committed_at - interval '2 hours' WHERE type = 'tenancy.member_removed'",
    );
    await at.desk.replay.request(at.context(), { selectors: { tenant: acme } });
    const run = new HandRun(at.operations.requests.at(-1)?.input ?? {});
    const over = at.run('replay', run);
    await eventually(async () => (await listed()) > 0);

    const removed = performance.now();
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: acme, userId: gone as UserId, expectedVersion: 1 });
    await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: acme, userId: newcomer, role: 'member' });
    for (const shard of [0, 1, 2, 3]) stage.worker.worker.hint(shard);
    await eventually(async () => !(await bench.allows(`tenant:${acme}#access@user:${gone}`)), { within: 1_000, every: 5 });
    await eventually(() => bench.allows(`tenant:${acme}#access@user:${newcomer}`), { within: 2_000, every: 5 });
    expect(performance.now() - removed).toBeLessThan(2_000);
    expect((await at.desk.look.run()).shards.every(({ lagSeconds }) => lagSeconds < 60)).toBe(true);
    run.stop();
    await over.catch(() => undefined);
    await bench.isExact();
  });

  it('P-7 P-8 of more removals than a call holds stands before neither a live removal nor a live grant of the same tenant', async () => {
    const [away, stays] = [await insertMembers(bench.owner, acme, 400), await bench.user()];
    await deleteMembers(bench.owner, acme, away);
    const [drawn] = await bench.owner.query<{ last_value: string }>('SELECT last_value FROM outbox_position');
    await logMembers(bench.owner, acme, away, 'removed');
    await bench.settled();
    await bench.stopWorkers();
    await at.desk.replay.request(at.context(), { selectors: { tenant: acme, from_position: drawn?.last_value } });
    const run = new HandRun(at.operations.requests.at(-1)?.input ?? {});
    const over = at.run('replay', run).catch(() => undefined);
    await eventually(async () => (await listed()) > batchLimits.deletes);
    run.stop();
    await over;

    const leaver = many.at(-1) as UserId;
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: acme, userId: leaver, expectedVersion: 1 });
    await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: acme, userId: stays, role: 'member' });
    const calls = watched();
    const first: string[] = [];
    await stage.startWorker(calls.through);
    calls.graph.afterWrite = async (updates) => {
      if (first.length > 0) return;
      const inAcme = updates.filter(({ relationship }) => relationship.resource.id === acme);
      first.push(...inAcme.map(({ operation, relationship: { subject } }) => `${operation} ${subject.id}`));
    };
    await bench.isExact();
    expect(first).toEqual(expect.arrayContaining([`delete ${leaver}`, `touch ${stays}`]));
    expect(first.length).toBeGreaterThan(batchLimits.deletes);
  });
});
