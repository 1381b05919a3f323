import { relationshipKey } from '#authorization';
import { edge } from '#authorization/testing';
import type { TenantId, UserId } from '#kernel';
import { anId } from '#kernel/testing';
import { DeadEventNotFound, EventNotFound, ReasonMissing, SelectionTooWide, SelectorInvalid } from '#outbox';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { logDead, logEvent, poisonedMember } from './support/log-event.ts';
import { deleting, tenantEdge, touching } from './support/live-rebuild.ts';
import { insertMembers } from './support/many-members.ts';
import { OperatorsDesk } from './support/operators-desk.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let at: OperatorsDesk;
let ada: UserId;
let acme: TenantId;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  at = await OperatorsDesk.open(bench);
  ada = await bench.user();
  acme = (await bench.tenant(ada)).id;
  await bench.worker({ sweepMs: 50 });
  await bench.isExact();
});
afterEach(() => bench.owner.query("DELETE FROM outbox_pending WHERE state = 'dead'"));
afterAll(async () => {
  await at?.close();
  await bench?.close();
});

const page = (text: object, limit = 50, after?: string) => at.desk.list.run(text, { limit, ...(after !== undefined && { after }) });

const positions = async (text: object) => (await page(text)).rows.map(({ position }) => BigInt(position));

async function died(event: Parameters<typeof logEvent>[1]): Promise<bigint> {
  const position = await logEvent(bench.owner, event);
  await eventually(async () => (await bench.dead()).includes(position));
  return position;
}

describe('P-4 the list of events', () => {
  it('P-4 newest first, page by page, each once', async () => {
    const all = await positions({});
    expect(all).toEqual([...all].sort((a, b) => Number(b - a)));
    const paged: string[] = [];
    for (let after: string | undefined; ;) {
      const { rows, next } = await page({}, 3, after);
      paged.push(...rows.map(({ position }) => position));
      if (next === null) break;
      after = next;
    }
    expect(paged.map(BigInt)).toEqual(all);
  });

  it('P-4 by each selector alone and by all together', async () => {
    const poison = await died(poisonedMember(acme));
    const other = await bench.tenant(await bench.user());
    await bench.settled();
    const everything = (await page({}, 200)).rows;
    const those = (answer: (event: (typeof everything)[number]) => boolean) =>
      everything.filter(answer).map(({ position }) => BigInt(position));
    const slug = (await bench.owner.query<{ slug: string }>('SELECT slug FROM tenants WHERE id = $1', [other.id]))[0]?.slug ?? '';
    const first = everything.at(-1)?.position ?? '';
    const moment = new Date(Date.parse(everything[2]?.committed_at ?? '')).toISOString();
    const asked: [object, bigint[]][] = [
      [{ tenant: acme }, those((event) => event.tenant_id === acme)],
      [{ tenant: slug }, those((event) => event.tenant_id === other.id)],
      [{ state: 'dead' }, [poison]],
      [{ error: 'INVALID_ARGUMENT' }, [poison]],
      [{ error: 'something else' }, []],
      [{ state: 'pending' }, []],
      [{ from_position: String(poison), to_position: String(poison) }, [poison]],
      [{ until: moment, from_position: first }, those((event) => Date.parse(event.committed_at) < Date.parse(moment))],
      [
        { since: moment, type: 'tenancy.tenant_created' },
        those((event) => Date.parse(event.committed_at) >= Date.parse(moment) && event.type === 'tenancy.tenant_created'),
      ],
      [
        { aggregate_type: 'tenant', aggregate_id: other.id },
        those((event) => event.aggregate_id === other.id && event.aggregate_type === 'tenant'),
      ],
      [{ tenant: acme, state: 'applied' }, those((event) => event.tenant_id === acme && event.state === 'applied')],
      [{ tenant: acme, state: 'dead', type: 'tenancy.member_added', error: 'INVALID', since: '2020-01-01T00:00:00Z' }, [poison]],
    ];
    for (const [text, expected] of asked) expect(await positions(text), JSON.stringify(text)).toEqual(expected);
    expect((await page({ state: 'dead' })).rows[0]).toMatchObject({
      type: 'tenancy.member_added',
      tenant_id: acme,
      attempts: 1,
      state: 'dead',
    });
  });

  it.each([
    [{ colour: 'red' }, 'unknown selector'],
    [{ from_position: '0' }, 'must be a position'],
    [{ from_position: '-1' }, 'must be a position'],
    [{ from_position: '99999999999999999999' }, 'must be a position'],
    [{ from_position: '9223372036854775807' }, 'the last position that was drawn is'],
    [{ since: 'yesterday' }, 'must be a moment'],
    [{ tenant: 'no-such-tenant' }, 'there is no tenant with this slug'],
    [{ tenant: 'Ä' }, 'must be the id or slug'],
    [{ state: 'gone' }, 'must be one of'],
    [{ aggregate_id: 'x' }, 'aggregate_type: is needed'],
    [{ from_position: '2', to_position: '1' }, 'must not be before'],
  ])('P-4 refuses %j with the reason', async (text, reason) => {
    await expect(page(text)).rejects.toThrow(SelectorInvalid);
    await expect(page(text)).rejects.toThrow(reason);
  });

  it('P-4 refuses what no index finds', async () => {
    for (const text of [{ type: 'tenancy.member_added' }, { aggregate_type: 'tenant' }, { state: 'applied' }])
      await expect(page(text)).rejects.toThrow(SelectionTooWide);
  });
});

describe('P-4 an event, shown', () => {
  it('P-4 with what rows and graph say of its footprint, and that they agree', async () => {
    const [event] = (await page({ aggregate_type: 'tenant_membership', aggregate_id: `${acme}:${ada}` })).rows;
    const view = await at.desk.show.run(BigInt(event?.position ?? 0));
    expect(view).toMatchObject({
      mapping: 'known',
      agree: true,
      event: { state: 'applied', request_id: expect.any(String), payload: { tenantId: acme } },
    });
    expect(view.footprint).toContainEqual(
      expect.objectContaining({ relationship: `tenant:${acme}#admin@user:${ada}`, in_rows: true, in_graph: true }),
    );
  });

  it('P-4 and that they do not, when the graph lost something', async () => {
    const [event] = (await page({ aggregate_type: 'tenant_membership', aggregate_id: `${acme}:${ada}` })).rows;
    const lost = { resource: { type: 'tenant', id: acme }, relation: 'admin', subject: { type: 'user', id: ada } };
    await bench.graph.write([{ operation: 'delete', relationship: lost }]);
    const view = await at.desk.show.run(BigInt(event?.position ?? 0));
    expect(view.agree).toBe(false);
    expect(view.footprint.filter(({ agree }) => !agree)).toEqual([
      expect.objectContaining({ relationship: `tenant:${acme}#admin@user:${ada}`, in_rows: true, in_graph: false }),
    ]);
    await bench.graph.write([{ operation: 'touch', relationship: lost }]);
  });

  it('P-5 that this release does not know: its aggregate', async () => {
    const position = await logEvent(bench.owner, { ...poisonedMember(acme, ada), type: 'tenancy.member_promoted' });
    await bench.settled();
    expect(await at.desk.show.run(position)).toMatchObject({
      mapping: 'unknown',
      agree: true,
      footprint: expect.arrayContaining([expect.objectContaining({ in_graph: true })]),
    });
  });

  it('P-4 the first hundred of a large footprint, with how many there are', async () => {
    const about = { tenantId: acme, aggregateType: 'tenant', aggregateId: acme };
    const position = await logEvent(bench.owner, { ...about, type: 'tenancy.tenant_praised', payload: {} });
    await bench.settled();
    const own = (await at.desk.show.run(position)).footprint_size;
    const strangers = Array.from({ length: 150 }, () => edge(`tenant:${acme}#member@user:${anId()}`));
    await bench.graph.write(strangers.map((relationship) => ({ operation: 'touch', relationship })));
    const view = await at.desk.show.run(position);
    expect(view.footprint).toHaveLength(100);
    expect(view).toMatchObject({ mapping: 'unknown', truncated: true, footprint_size: own + 150, agree: false });
    await bench.graph.write(strangers.map((relationship) => ({ operation: 'delete', relationship })));
  });

  it('P-4 and of it first what only one side holds', async () => {
    const { id } = await bench.tenant(ada);
    const members = (await insertMembers(bench.owner, id, 150)).map((userId) => tenantEdge(id, 'member', userId));
    const about = { tenantId: id, aggregateType: 'tenant', aggregateId: id };
    const position = await logEvent(bench.owner, { ...about, type: 'tenancy.tenant_praised', payload: {} });
    await bench.graph.write(touching(...members));
    await bench.isExact();
    expect(await at.desk.show.run(position)).toMatchObject({ truncated: true, agree: true });
    const stranger = tenantEdge(id, 'member', anId());
    await bench.graph.write(touching(stranger));
    const view = await at.desk.show.run(position);
    expect(view).toMatchObject({ truncated: true, agree: false });
    expect(view.footprint[0]).toMatchObject({ relationship: relationshipKey(stranger), in_rows: false, in_graph: true, agree: false });
    await bench.graph.write(deleting(stranger));
  });

  it('P-4 a dead one with the words of the engine; one that was cut from the log as lost; none as none', async () => {
    const poison = await died(poisonedMember(acme));
    expect(await at.desk.show.run(poison)).toMatchObject({
      event: { state: 'dead', last_error: expect.stringContaining('INVALID_ARGUMENT') },
      projection_version: 1,
    });
    await bench.owner.query('DELETE FROM outbox_events WHERE position = $1', [poison]);
    expect(await at.desk.show.run(poison)).toMatchObject({ mapping: 'lost', event: { state: 'dead', type: null } });
    await expect(at.desk.show.run(999_999n)).rejects.toThrow(EventNotFound);
    await expect(at.desk.show.run(999_999n)).rejects.toThrow('the last position that was drawn is');
  });
});

describe('P-4 dead events', () => {
  it('P-4 one is retried and decided again by the rows of today, audited', async () => {
    const poison = await died(poisonedMember(acme));
    await bench.owner.query('UPDATE outbox_events SET payload = payload || $2::jsonb WHERE position = $1', [poison, { userId: ada }]);
    await at.desk.retry.one(at.context(), poison);
    await bench.isExact();
    expect(await bench.dead()).toEqual([]);
    expect((await at.audited('projection.event_retried')).at(-1)).toMatchObject({ target_id: String(poison) });
    await expect(at.desk.retry.one(at.context(), poison)).rejects.toThrow(DeadEventNotFound);
  });

  it('P-4 all that answer to a selector are retried, and no others', async () => {
    const globex = (await bench.tenant(await bench.user())).id;
    const [one, two, other] = [
      await died(poisonedMember(acme)),
      await died(poisonedMember(acme, 'bad 2')),
      await died(poisonedMember(globex)),
    ];
    await bench.stopWorkers();
    expect(await at.desk.retry.all(at.context(), { tenant: acme, error: 'INVALID' })).toEqual({ retried: 2, more: false });
    expect(await bench.dead()).toEqual([other]);
    expect((await at.audited('projection.events_retried')).at(-1)?.after).toMatchObject({ positions: [String(one), String(two)] });
    await expect(at.desk.retry.all(at.context(), { state: 'gone' })).rejects.toThrow(SelectorInvalid);
    await bench.owner.query('DELETE FROM outbox_pending WHERE position = ANY ($1)', [[one, two]]);
    await bench.worker({ sweepMs: 50 });
  });

  it('P-4 those that answer are found behind any number that do not', async () => {
    await bench.stopWorkers();
    const positions = await logDead(bench.owner, poisonedMember(acme), 5_100);
    const last = positions.at(-1);
    await bench.owner.query("UPDATE outbox_events SET type = 'tenancy.member_removed' WHERE position = $1", [last]);
    expect(await at.desk.retry.all(at.context(), { type: 'tenancy.member_removed' })).toEqual({ retried: 1, more: false });
    expect((await at.audited('projection.events_retried')).at(-1)?.after).toMatchObject({ positions: [String(last)] });
    expect(await at.desk.retry.all(at.context(), { tenant: acme })).toEqual({ retried: 1_000, more: true });
    await bench.owner.query('DELETE FROM outbox_pending WHERE position = ANY ($1)', [positions]);
    await bench.owner.query('DELETE FROM outbox_events WHERE position = ANY ($1)', [positions]);
    await bench.worker({ sweepMs: 50 });
  });

  it('P-4 and only dead ones: asked for others, it leaves them all alone', async () => {
    const poison = await died(poisonedMember(acme));
    for (const state of ['pending', 'applied'])
      await expect(at.desk.retry.selected(at.context(), { state }, false)).rejects.toThrow('only dead events are retried');
    expect(await bench.dead()).toEqual([poison]);
  });

  it('P-4 one is discarded, with a reason that is kept, and only a dead one', async () => {
    const poison = await died(poisonedMember(acme));
    for (const reason of ['', '   ', 'x'.repeat(501)])
      await expect(at.desk.discard.run(at.context(), poison, reason)).rejects.toThrow(ReasonMissing);
    await at.desk.discard.run(at.context(), poison, 'made by a fault that was mended');
    expect(await bench.dead()).toEqual([]);
    expect((await at.audited('projection.event_discarded')).at(-1)).toMatchObject({
      target_id: String(poison),
      before: { state: 'dead', type: 'tenancy.member_added' },
      after: { reason: 'made by a fault that was mended' },
    });
    await expect(at.desk.discard.run(at.context(), poison, 'again')).rejects.toThrow(DeadEventNotFound);
    expect((await at.audited('projection.event_discarded')).filter(({ target_id }) => target_id === String(poison))).toHaveLength(1);
  });

  it('P-4 one that is pending is not discarded: a worker may have it in hand', async () => {
    const waiting = await logEvent(bench.owner, { ...poisonedMember(acme, ada), projectionVersion: 2 });
    await expect(at.desk.discard.run(at.context(), waiting, 'in a hurry')).rejects.toThrow(DeadEventNotFound);
    await bench.owner.query('DELETE FROM outbox_pending WHERE position = $1', [waiting]);
  });
});
