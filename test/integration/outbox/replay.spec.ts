import { bucketOf } from '#database';
import { OperationWaits } from '#governance';
import { AddTenantMember, RemoveTenantMember } from '#iam';
import type { TenantId, UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { EverythingSelected, SelectorInvalid } from '#outbox';
import { channels, PgListener } from '#outbox/nest';
import { batchLimits } from '../../../libs/outbox/src/projection/plan-batch.ts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { InProcessWorker } from './support/in-process-worker.ts';
import { LandedWrites } from './support/landed-writes.ts';
import { logEvent, poisonedMember } from './support/log-event.ts';
import { watched } from './support/live-rebuild.ts';
import { deleteMembers, insertMembers, logMembers } from './support/many-members.ts';
import { HandRun, OperatorsDesk } from './support/operators-desk.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let at: OperatorsDesk;
let ada: UserId;
let acme: TenantId;
let worker: InProcessWorker;
let listener: PgListener;
const landed = new LandedWrites();

beforeAll(async () => {
  bench = await ProjectionBench.open();
  at = await OperatorsDesk.open(bench);
  ada = await bench.user();
  acme = (await bench.tenant(ada)).id;
  worker = await bench.worker({ sweepMs: 200, through: landed.through });
  listener = new PgListener(bench.database.url, 'test-signals').on(channels.lookAgain, () => worker.worker.lookAgain());
  listener.start();
  await bench.isExact();
});
afterEach(() => bench.owner.query("DELETE FROM outbox_pending WHERE state = 'dead'"));
afterAll(async () => {
  await listener?.close();
  await at?.close();
  await bench?.close();
});

const replay = async (selectors: object, run?: HandRun) => {
  await at.desk.replay.request(at.context(), { selectors });
  const result = await at.run('replay', run);
  await bench.settled();
  return result;
};

async function addedAndRemoved(): Promise<UserId> {
  const ben = await bench.user();
  const { version } = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: acme, userId: ben, role: 'operator' });
  await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: acme, userId: ben, expectedVersion: version });
  await bench.settled();
  return ben;
}

describe('P-8 a replay', () => {
  it('P-8 of the grants of somebody since removed changes nothing', async () => {
    const ben = await addedAndRemoved();
    landed.forget();
    const result = await replay({ aggregate_type: 'tenant_membership', aggregate_id: `${acme}:${ben}`, type: 'tenancy.member_added' });
    expect(result).toMatchObject({ matched: 1, replayed: 1 });
    expect(landed.edges.filter((edge) => edge.startsWith('touch'))).toEqual([]);
    expect(await bench.allows(`tenant:${acme}#access@user:${ben}`)).toBe(false);
    await bench.isExact();
  });

  it('P-8 heals what was damaged, both ways; twice equals once', async () => {
    const ben = await addedAndRemoved();
    const edge = (user: string, relation: string) => ({
      resource: { type: 'tenant', id: acme },
      relation,
      subject: { type: 'user', id: user },
    });
    await bench.graph.write([
      { operation: 'delete', relationship: edge(ada, 'admin') },
      { operation: 'touch', relationship: edge(ben, 'operator') },
    ]);
    expect(await bench.drift()).not.toEqual({ missing: [], extra: [] });
    const first = await replay({ tenant: acme });
    await bench.isExact();
    expect(await replay({ tenant: acme })).toEqual(first);
    await bench.isExact();
  });

  it('P-8 is asked for with what it takes, to an end that is fixed, and audited as an operation', async () => {
    await at.desk.replay.request(at.context(), { selectors: { type: 'tenancy.member_added' } });
    const request = at.operations.requests.at(-1);
    const [drawn] = await bench.owner.query<{ last_value: string }>('SELECT last_value FROM outbox_position');
    expect(request).toMatchObject({
      kind: 'replay',
      exclusive: 'replay',
      tenantId: null,
      input: { selectors: { type: 'tenancy.member_added', to_position: drawn?.last_value } },
    });
    await at.desk.replay.request(at.context(), { selectors: { tenant: acme } });
    expect(at.operations.requests.at(-1)?.tenantId).toBe(acme);
  });

  it('P-8 is tried dry: counted by type and tenant, with samples, and nothing is put on the list', async () => {
    await bench.stopWorkers();
    const preview = await at.desk.replay.preview({ selectors: { tenant: acme } }, Infinity);
    const [counted] = await bench.owner.query<{ n: number }>('SELECT count(*)::integer AS n FROM outbox_events WHERE tenant_id = $1', [
      acme,
    ]);
    expect(preview).toMatchObject({
      matched: counted?.n,
      complete: true,
      on_the_list: 0,
      by_tenant: [{ tenant_id: acme, events: counted?.n }],
    });
    expect(Object.values(preview.by_type).reduce((sum, n) => sum + n)).toBe(counted?.n);
    expect(preview.sample.length).toBeGreaterThan(3);
    expect(await at.desk.replay.preview({ selectors: {}, all: true }, 2)).toMatchObject({ complete: expect.any(Boolean) });
    expect(await bench.pending()).toBe(0);
    worker = await bench.worker({ sweepMs: 200, through: landed.through });
  });

  it.each<[object, new (...given: never[]) => Error, string]>([
    [{}, EverythingSelected, 'every event'],
    [{ since: '2020-01-01T00:00:00Z' }, EverythingSelected, 'every event'],
    [{ state: 'applied' }, EverythingSelected, 'every event'],
    [{ from_position: '1' }, EverythingSelected, 'every event'],
    [{ colour: 'red' }, SelectorInvalid, 'unknown selector'],
    [{ from_position: '99999' }, SelectorInvalid, 'the last position that was drawn is'],
    [{ tenant: 'nobody-here' }, SelectorInvalid, 'there is no tenant'],
  ])('P-8 of %j is refused with the reason, and nothing is done', async (selectors, refusal, reason) => {
    const asked = at.operations.requests.length;
    for (const attempt of [
      () => at.desk.replay.request(at.context(), { selectors }),
      () => at.desk.replay.preview({ selectors }, Infinity),
    ]) {
      await expect(attempt()).rejects.toThrow(refusal);
      await expect(attempt()).rejects.toThrow(reason);
    }
    expect(at.operations.requests).toHaveLength(asked);
  });

  it('P-8 of everything is done when it is said', async () => {
    await at.desk.replay.request(at.context(), { selectors: {}, all: true });
    const [counted] = await bench.owner.query<{ n: number }>('SELECT count(*)::integer AS n FROM outbox_events');
    expect(await at.run('replay')).toMatchObject({ matched: counted?.n, replayed: counted?.n });
    await bench.isExact();
  });

  it('P-8 leaves dead events to whoever retries them, unless it is asked for them', async () => {
    const poison = await logEvent(bench.owner, poisonedMember(acme));
    await eventually(async () => (await bench.dead()).length === 1);
    expect(await replay({ from_position: String(poison) })).toMatchObject({ matched: 1, replayed: 0, skipped: { dead: 1 } });
    await bench.owner.query('UPDATE outbox_events SET payload = payload || $2::jsonb WHERE position = $1', [poison, { userId: ada }]);
    expect(await replay({ state: 'dead' })).toMatchObject({ matched: 1, replayed: 1, skipped: { dead: 0 } });
    expect(await bench.dead()).toEqual([]);
    await bench.isExact();
  });

  it('P-8 that asks for what the log no longer holds says so', async () => {
    await bench.owner.query('DELETE FROM outbox_events WHERE position < (SELECT min(position) + 2 FROM outbox_events)');
    const [first] = await bench.owner.query<{ position: string }>('SELECT min(position)::text AS position FROM outbox_events');
    expect(await at.desk.replay.preview({ selectors: { tenant: acme } }, Infinity)).toMatchObject({
      log_begins_at: { position: first?.position },
    });
    expect(await replay({ tenant: acme })).toMatchObject({ log_begins_at: { position: first?.position } });
    await expect(at.desk.replay.request(at.context(), { selectors: { from_position: '1' } })).rejects.toThrow('what was before it is gone');
  });
});

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
    for (const shard of [0, 1, 2, 3]) worker.worker.hint(shard);
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
    worker = await bench.worker({ sweepMs: 200, through: calls.through });
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
