import { projectionVersion } from '#database/nest';
import { AddTenantMember, RemoveTenantMember, SuspendTenant } from '#iam';
import type { TenantId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { bucketOf } from '#database';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { RefusingProxy } from '../../support/refusing-proxy.ts';
import { driftBetween } from './support/graph-truth.ts';
import { logEvent, poisonedMember } from './support/log-event.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  await bench.worker({ sweepMs: 50 });
  await bench.settled();
  await bench.stopWorkers();
});
afterEach(async () => {
  await bench.stopWorkers();
  await bench.owner.query("DELETE FROM outbox_pending WHERE state = 'dead'");
  await bench.owner.query("UPDATE projection_shards SET paused = 'no', pause_reason = NULL");
});
afterAll(() => bench?.close());

/** A tenant in the given shard. */
async function tenantIn(shard: number): Promise<{ id: TenantId; admin: Awaited<ReturnType<ProjectionBench['user']>> }> {
  for (;;) {
    const admin = await bench.user();
    const { id } = await bench.tenant(admin);
    if (bucketOf(id) % 4 === shard) return { id, admin };
  }
}

describe('P-4 an event that the engine refuses', () => {
  it('P-4 is set aside alone: the removal after it applies while it is still listed, and so do all others of its batch', async () => {
    const { id, admin } = await tenantIn(0);
    const ben = await bench.user();
    const { version } = await bench.iam.do(actingUser(admin), AddTenantMember, { tenantId: id, userId: ben, role: 'member' });
    const before = await Promise.all([1, 2, 3].map(() => tenantIn(0)));
    const poison = await logEvent(bench.owner, poisonedMember(id));
    const after = await Promise.all([1, 2, 3].map(() => tenantIn(0)));
    const worker = await bench.worker({ sweepMs: 50 });
    await bench.settled();
    expect(await bench.dead()).toEqual([poison]);
    expect(worker.observer.dead).toEqual([{ shard: 0, position: poison }]);
    expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(true);
    for (const tenant of [...before, ...after])
      expect(await bench.allows(`tenant:${tenant.id}#administrate@user:${tenant.admin}`)).toBe(true);

    await bench.iam.do(actingUser(admin), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: version });
    await eventually(async () => !(await bench.allows(`tenant:${id}#access@user:${ben}`)), { within: 2_000 });
    expect(await bench.dead()).toEqual([poison]);
    expect(await driftBetween(bench.owner, bench.graph)).toEqual({ missing: [], extra: [] });
    const [row] = await bench.owner.query<{ last_error: string }>('SELECT last_error FROM outbox_pending WHERE position = $1', [poison]);
    expect(row?.last_error).toContain('INVALID_ARGUMENT');
  });

  it('P-4 that is no longer in the log is set aside too, not passed over in silence, and what comes after it applies', async () => {
    const { id, admin } = await tenantIn(0);
    const lost = await logEvent(bench.owner, poisonedMember(id));
    await bench.owner.query('DELETE FROM outbox_events WHERE position = $1', [lost]);
    const after = await tenantIn(0);
    const worker = await bench.worker({ sweepMs: 50 });
    await bench.settled();
    expect(worker.observer.dead).toEqual([{ shard: 0, position: lost }]);
    expect(await bench.dead()).toEqual([lost]);
    const [row] = await bench.owner.query<{ last_error: string }>('SELECT last_error FROM outbox_pending WHERE position = $1', [lost]);
    expect(row?.last_error).toContain('no longer in the log');
    for (const tenant of [{ id, admin }, after])
      expect(await bench.allows(`tenant:${tenant.id}#administrate@user:${tenant.admin}`)).toBe(true);
  });

  it('P-4 a removal in the same call as one that is refused is applied', async () => {
    const { id, admin } = await tenantIn(1);
    const ben = await bench.user();
    await bench.iam.do(actingUser(admin), AddTenantMember, { tenantId: id, userId: ben, role: 'operator' });
    await bench.worker({ sweepMs: 50 });
    await bench.isExact();
    await bench.stopWorkers();
    await bench.owner.query('DELETE FROM workspace_members WHERE user_id = $1', [ben]);
    await bench.owner.query('DELETE FROM tenant_members WHERE user_id = $1', [ben]);
    await logEvent(bench.owner, { ...poisonedMember(id, ben), type: 'tenancy.member_removed', revoking: true });
    const poison = await logEvent(bench.owner, { ...poisonedMember(id), type: 'tenancy.member_removed', revoking: true });
    await bench.worker({ sweepMs: 50 });
    await bench.settled();
    expect(await bench.dead()).toEqual([poison]);
    await bench.isExact();
  });

  it('P-4 in a tenant that is shut for grants, it is found too, and the shard does not spin', async () => {
    const { id, admin } = await tenantIn(2);
    const newer = await logEvent(bench.owner, {
      ...poisonedMember(id, admin),
      type: 'tenancy.member_removed',
      revoking: true,
      projectionVersion: projectionVersion + 1,
    });
    const poison = await logEvent(bench.owner, poisonedMember(id));
    const worker = await bench.worker({ sweepMs: 50 });
    await eventually(async () => (await bench.dead()).length > 0);
    expect(await bench.dead()).toEqual([poison]);
    const batches = worker.observer.batches.length;
    const quiet = Date.now() + 400;
    await eventually(() => Date.now() > quiet);
    expect(worker.observer.batches.length - batches).toBeLessThan(4);
    await bench.owner.query('DELETE FROM outbox_pending WHERE position = $1', [newer]);
    await bench.isExact();
  });

  it('P-4 dead events of three tenants within a minute pause the grants of their shard, and nothing else', async () => {
    const sound = await tenantIn(3);
    const other = await tenantIn(0);
    const ben = await bench.user();
    const { version } = await bench.iam.do(actingUser(sound.admin), AddTenantMember, { tenantId: sound.id, userId: ben, role: 'member' });
    const worker = await bench.worker({ sweepMs: 50 });
    await bench.isExact();
    for (const nth of [1, 2, 3]) await logEvent(bench.owner, poisonedMember((await tenantIn(3)).id, `bad id ${nth}`));
    await eventually(() => worker.observer.pauses.length > 0);
    expect(worker.observer.pauses.map(({ shard }) => shard)).toEqual([3]);

    const newcomer = await bench.user();
    await bench.iam.do(actingUser(sound.admin), AddTenantMember, { tenantId: sound.id, userId: newcomer, role: 'member' });
    await bench.iam.do(actingUser(sound.admin), RemoveTenantMember, { tenantId: sound.id, userId: ben, expectedVersion: version });
    await bench.iam.do(actingUser(other.admin), AddTenantMember, { tenantId: other.id, userId: newcomer, role: 'member' });
    await eventually(() => bench.allows(`tenant:${other.id}#access@user:${newcomer}`));
    await eventually(async () => !(await bench.allows(`tenant:${sound.id}#access@user:${ben}`)));
    expect(await bench.allows(`tenant:${sound.id}#access@user:${newcomer}`)).toBe(false);
    await bench.iam.do(actingProduct, SuspendTenant, { tenantId: sound.id });
    await eventually(async () => !(await bench.allows(`tenant:${sound.id}#access@user:${sound.admin}`)));

    await bench.owner.query("UPDATE projection_shards SET paused = 'no', pause_reason = NULL");
    await bench.isExact();
  });
});

describe('P-4 a fault of the whole', () => {
  it('P-4 a wrong key poisons nothing', async () => {
    const { id, admin } = await tenantIn(0);
    const worker = await bench.worker({ sweepMs: 50, spicedb: { endpoint: bench.engine.endpoint, token: 'wrong' } });
    await eventually(() => worker.observer.failures.length >= 5);
    expect(await bench.dead()).toEqual([]);
    await bench.stopWorkers();
    await bench.worker({ sweepMs: 50 });
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#administrate@user:${admin}`)).toBe(true);
  });

  it('P-4 an outage in the middle of finding the culprit buries nobody else', async () => {
    const proxy = await RefusingProxy.start(bench.engine.endpoint);
    const worker = await bench.worker({ sweepMs: 50, spicedb: { endpoint: proxy.endpoint, token: bench.engine.token } });
    await bench.settled();
    await bench.stopWorkers();
    const tenants = await Promise.all([1, 2, 3, 4].map(() => tenantIn(1)));
    const poison = await logEvent(bench.owner, poisonedMember(tenants[0]?.id as TenantId));
    let writes = 0;
    proxy.behave((method) => (method === 'WriteRelationships' && (writes += 1) % 3 === 0 && writes < 30 ? 'refuse' : 'forward'));
    await bench.worker({ sweepMs: 50, spicedb: { endpoint: proxy.endpoint, token: bench.engine.token } });
    await bench.settled();
    expect(await bench.dead()).toEqual([poison]);
    expect(worker.observer.dead).toEqual([]);
    await bench.isExact();
    proxy.stop();
  });
});

describe('P-5 an event that this release does not know', () => {
  it.each([
    ['its type', { type: 'tenancy.member_promoted' }],
    ['its version', { schemaVersion: 2 }],
    ['its payload', { payload: { tenant: 'elsewhere' } }],
  ])('P-5 by %s: its aggregate is projected whole, both ways, and it says so', async (_what, difference) => {
    const worker = await bench.worker({ sweepMs: 50 });
    const { id, admin } = await tenantIn(2);
    const ben = await bench.user();
    await bench.isExact();
    const event = { ...poisonedMember(id, ben), ...difference, revoking: true };
    await bench.owner.insertMember(id, ben, 'operator');
    const added = await logEvent(bench.owner, event);
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#operate@user:${ben}`)).toBe(true);
    await bench.owner.query('DELETE FROM tenant_members WHERE tenant_id = $1 AND user_id = $2', [id, ben]);
    const removed = await logEvent(bench.owner, event);
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
    expect(await bench.allows(`tenant:${id}#access@user:${admin}`)).toBe(true);
    expect(new Set(worker.observer.whole.map(({ position }) => position))).toEqual(new Set([added, removed]));
  });

  it('P-5 about a workspace, a tenant, a user: whatever the rows say today', async () => {
    await bench.worker({ sweepMs: 50 });
    const { id } = await tenantIn(1);
    const child = await bench.owner.insertWorkspace(id, (await rootOf(id)) as never);
    await bench.owner.query("UPDATE workspaces SET state = 'archived' WHERE id = $1", [child]);
    const future = { tenantId: id, payload: {}, revoking: true };
    await logEvent(bench.owner, { ...future, aggregateType: 'workspace', aggregateId: child, type: 'workspaces.workspace_archived' });
    await bench.isExact();
    await bench.owner.query("UPDATE tenants SET state = 'deleting' WHERE id = $1", [id]);
    await logEvent(bench.owner, { ...future, aggregateType: 'tenant', aggregateId: id, type: 'tenancy.tenant_deletion_began' });
    await bench.isExact();
  });

  it('P-5 with an id that the engine does not even take as a question: nothing waits for it', async () => {
    await bench.worker({ sweepMs: 50 });
    const { id } = await tenantIn(1);
    await logEvent(bench.owner, { ...poisonedMember(id), type: 'tenancy.member_promoted' });
    await logEvent(bench.owner, { tenantId: id, aggregateType: 'gadget', aggregateId: anId(), type: 'gadgets.made', payload: {} });
    await bench.isExact(5_000);
    expect(await bench.dead()).toEqual([]);
  });
});

async function rootOf(tenantId: string): Promise<string | undefined> {
  const rows = await bench.owner.query<{ id: string }>('SELECT id FROM workspaces WHERE tenant_id = $1 AND parent_id IS NULL', [tenantId]);
  return rows[0]?.id;
}
