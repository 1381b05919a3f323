import { AddTenantMember, RemoveTenantMember } from '#iam';
import type { TenantId, UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { EverythingSelected, SelectorInvalid } from '#outbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { logEvent, poisonedMember } from './support/log-event.ts';
import type { HandRun, OperatorsDesk } from './support/operators-desk.ts';
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
afterEach(() => bench.owner.query("DELETE FROM outbox_pending WHERE state = 'dead'"));
afterAll(() => stage?.close());

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
    stage.landed.forget();
    const result = await replay({ aggregate_type: 'tenant_membership', aggregate_id: `${acme}:${ben}`, type: 'tenancy.member_added' });
    expect(result).toMatchObject({ matched: 1, replayed: 1 });
    expect(stage.landed.edges.filter((edge) => edge.startsWith('touch'))).toEqual([]);
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
    await stage.startWorker();
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
