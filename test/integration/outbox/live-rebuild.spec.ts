import { ArchiveWorkspace, CreateChildWorkspace, RemoveTenantMember, SuspendTenant } from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { bucketOf } from '#database';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { watchFor } from './support/anomaly-watch.ts';
import { comingAndGoing } from './support/coming-and-going.ts';
import { LandedWrites } from './support/landed-writes.ts';
import { deleting, LiveRebuild, manyMembers, tenantEdge, touching, watched } from './support/live-rebuild.ts';
import { logEvent } from './support/log-event.ts';
import { insertMembers } from './support/many-members.ts';
import { PausePoint } from './support/pause-point.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
beforeEach(async () => {
  bench = await ProjectionBench.open();
});
afterEach(() => bench?.close());

const never = 3_600_000;
const access = (tenantId: string, userId: string) => `tenant:${tenantId}#access@user:${userId}`;

async function tenantOutsideOf(shard: number): Promise<{ id: TenantId; root: WorkspaceId; admin: UserId }> {
  for (;;) {
    const admin = await bench.user();
    const made = await bench.tenant(admin);
    if (bucketOf(made.id) % 4 !== shard) return { ...made, admin };
  }
}

describe('P-10 a rebuild of the graph in use', () => {
  it('P-10 keeps epoch and readiness, heals what was damaged, and answers nothing wrong while people come and go', async () => {
    const worker = await bench.worker({ sweepMs: 100 });
    const ada = await bench.user();
    const { id } = await bench.tenant(ada);
    await bench.isExact();
    const members = await insertMembers(bench.owner, id, 6_000);
    const filling = new LiveRebuild(worker);
    expect(await filling.begin()).toBe(true);
    await filling.isDone();
    await bench.isExact();
    const epoch = await bench.epoch();
    const [ghost, lost, wrong] = [anId<UserId>(), members[17] as UserId, members[18] as UserId];
    await bench.graph.write([
      ...touching(tenantEdge(id, 'admin', ghost), tenantEdge(id, 'operator', wrong)),
      ...deleting(tenantEdge(id, 'member', lost)),
    ]);
    const outsiders = await Promise.all([1, 2, 3].map(() => bench.user()));
    const moving = comingAndGoing(bench, id);
    await eventually(() => moving.out.length > 0, { within: 20_000 });
    const insiders = members.filter((userId, nth) => nth % 200 === 0 && userId !== lost);
    const watch = watchFor(async () => {
      const asked = [...insiders, ...outsiders, ...moving.out].map((user) => ({
        resource: { type: 'tenant', id },
        permission: 'access',
        subject: { type: 'user', id: user },
      }));
      const { allowed } = await bench.graph.checkBulk(asked, { kind: 'fully_consistent' });
      const wrongOnes = asked.filter((_, nth) => allowed[nth] !== nth < insiders.length);
      if (!(await bench.isReady())) return 'not ready';
      return wrongOnes.length > 0 ? JSON.stringify(wrongOnes) : null;
    });
    const before = moving.out.length;
    const rebuild = new LiveRebuild(worker);
    expect(await rebuild.begin()).toBe(true);
    await rebuild.isDone();
    await eventually(() => moving.out.length > before, { within: 20_000, what: 'removals during it' });
    await moving.end();
    expect(await watch.end()).toEqual([]);
    expect(watch.looks).toBeGreaterThan(3);
    expect(await bench.epoch()).toBe(epoch);
    await bench.isExact();
    expect(await rebuild.rebuilds.live(rebuild.id)).toMatchObject({ state: 'done', shards: 5, shardsDone: 5 });
    expect((await rebuild.rebuilds.live(rebuild.id)).relationships).toBeGreaterThanOrEqual(6_000);
  });

  it('P-10 brings nobody back who was removed after it had read their row', async () => {
    const watching = watched();
    const worker = await bench.worker({ sweepMs: 100, through: watching.through });
    const { id, admin } = await tenantOutsideOf(-1);
    await bench.isExact();
    const members = (await insertMembers(bench.owner, id, 1_990)).sort();
    const last = members.at(-1) as UserId;
    const seen: string[] = [];
    let removed = false;
    watching.graph.afterWrite = async (updates) => {
      if (removed && (await bench.allows(access(id, last)))) seen.push(`${last} is back after a write of ${updates.length}`);
      if (removed || !manyMembers(updates)) return;
      await bench.iam.do(actingUser(admin), RemoveTenantMember, { tenantId: id, userId: last, expectedVersion: 1 });
      removed = true;
    };
    const rebuild = new LiveRebuild(worker);
    await rebuild.begin();
    await rebuild.isDone();
    expect(removed).toBe(true);
    expect(seen).toEqual([]);
    await bench.isExact();
  });

  it('P-10 lets grants go on, and gives nothing in a tenant whose removal still waits', async () => {
    const worker = await bench.worker({ sweepMs: 100 });
    const { id, admin } = await tenantOutsideOf(-1);
    await bench.isExact();
    const [newcomer] = await insertMembers(bench.owner, id, 1);
    // Of a newer release: no worker here applies it.
    const event = { tenantId: id, aggregateType: 'tenant_membership', aggregateId: `${id}:${admin}`, type: 'tenancy.member_removed' };
    const waiting = await logEvent(bench.owner, { ...event, payload: {}, revoking: true, projectionVersion: 9 });
    const rebuild = new LiveRebuild(worker);
    await rebuild.begin();
    await eventually(async () => (await rebuild.rebuilds.live(rebuild.id)).shardsDone === 4, { within: 20_000, what: 'the other shards' });
    const others = await Promise.all(Array.from({ length: 8 }, () => bench.user()));
    const tenants = await Promise.all(others.map((userId) => bench.tenant(userId)));
    for (const [nth, tenant] of tenants.entries()) {
      await eventually(() => bench.allows(access(tenant.id, others[nth] as UserId)), { within: 5_000, what: 'a grant meanwhile' });
    }
    expect(await rebuild.state()).toBe('under_way');
    expect(await bench.allows(access(id, newcomer as UserId))).toBe(false);
    await bench.owner.query('DELETE FROM outbox_pending WHERE position = $1', [waiting]);
    await rebuild.isDone();
    await bench.isExact();
  });

  it('P-10 is refused while the graph is made anew, and can be called off', async () => {
    const worker = await bench.worker({ sweepMs: 100 });
    const { id } = await tenantOutsideOf(-1);
    await bench.isExact();
    await bench.owner.query("UPDATE projection_shards SET paused = 'all'");
    const rebuild = new LiveRebuild(worker);
    expect(await rebuild.begin()).toBe(true);
    expect(await rebuild.begin()).toBe(true);
    expect(await rebuild.state()).toBe('under_way');
    await rebuild.rebuilds.callOff(rebuild.id);
    expect(await rebuild.state()).toBe('gone');
    await rebuild.rebuilds.beginAnew((await bench.epoch()) ?? '', 'for a test');
    expect(await new LiveRebuild(worker).begin()).toBe(false);
    await bench.owner.query("UPDATE projection_shards SET paused = 'no'");
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#platform@platform:main`)).toBe(true);
  });
});

describe('P-2 P-10 a worker that was paused in a rebuild', () => {
  it('P-2 P-10 of the graph in use writes nothing any more when another took over', async () => {
    const pause = new PausePoint();
    const landed = new LandedWrites();
    const paused = await bench.worker({ sweepMs: never, concurrency: 5, failPoints: pause.failPoints, through: landed.through });
    const { id, admin } = await tenantOutsideOf(-1);
    const shard = bucketOf(id) % 4;
    await eventually(() => {
      for (const every of [0, 1, 2, 3, 4]) paused.worker.hint(every);
      return bench.pending().then((left) => left === 0);
    });
    const [ben] = await insertMembers(bench.owner, id, 1);
    await bench.owner.query("UPDATE projection_state SET status = 'ready'");
    pause.arm('before-graph-write');
    const rebuild = new LiveRebuild(paused);
    await bench.owner.query('UPDATE projection_shards SET rebuilt_epoch = epoch');
    await rebuild.begin();
    await eventually(
      () => {
        paused.worker.hint(shard);
        return pause.waiting > 0;
      },
      { within: 10_000, what: 'a rebuild in the midst of a step' },
    );
    await bench.owner.query("UPDATE projection_shards SET lease_until = now() - interval '1 second' WHERE holder IS NOT NULL");
    const next = await bench.worker({ sweepMs: 50 });
    await eventually(() => new Set(next.observer.takeOvers.map((taken) => taken.shard)).size === 5, { within: 10_000 });
    await rebuild.isDone();
    await bench.iam.do(actingUser(admin), RemoveTenantMember, { tenantId: id, userId: ben as UserId, expectedVersion: 1 });
    await eventually(async () => (await bench.pending()) === 0, { within: 10_000 });
    landed.forget();
    pause.release();
    await paused.worker.stop();
    expect(landed.edges).toEqual([]);
    expect(await bench.allows(access(id, ben as UserId))).toBe(false);
  });
});

describe('P-3 P-10 a graph that is made anew', () => {
  it('P-3 P-10 is at no state more open than the rows, whatever waits on the list', async () => {
    const watching = watched();
    await bench.worker({ sweepMs: 100 });
    const [shut, open] = [await tenantOutsideOf(-1), await tenantOutsideOf(-1)];
    const shutIn = await insertMembers(bench.owner, shut.id, 5);
    const openIn = await insertMembers(bench.owner, open.id, 5);
    await bench.iam.do(actingProduct, SuspendTenant, { tenantId: shut.id });
    const below = { tenantId: open.id, parentId: open.root, name: 'Archived' };
    const { workspace_id: archived } = await bench.iam.do(actingProduct, CreateChildWorkspace, below);
    await bench.iam.do(actingProduct, ArchiveWorkspace, { tenantId: open.id, workspaceId: archived, subtree: false });
    await bench.settled();
    await bench.stopWorkers();
    // A grant that nobody may see through yet is on the list: what suspends its tenant is in no graph.
    const event = { tenantId: shut.id, aggregateType: 'tenant_membership', type: 'tenancy.member_added' };
    for (const userId of shutIn) {
      await logEvent(bench.owner, {
        ...event,
        aggregateId: `${shut.id}:${userId}`,
        payload: { tenantId: shut.id, userId, role: 'member', expiresAt: null },
      });
    }
    await bench.engine.kill();
    await bench.engine.restart();
    await bench.worker({ sweepMs: 100, through: watching.through });
    const outsider = anId();
    const forbidden = [
      ...[...shutIn, shut.admin].flatMap((user) => ['access', 'operate', 'administrate'].map((permission) => [shut.id, permission, user])),
      ...[outsider, ...shutIn].map((user) => [open.id, 'access', user]),
      ...[open.admin, ...openIn].map((user) => [archived, 'view', user]),
    ].map(([id = '', permission = '', user = '']) => ({
      resource: { type: id === archived ? 'workspace' : 'tenant', id },
      permission,
      subject: { type: 'user', id: user },
    }));
    const seen: string[] = [];
    let looks = 0;
    watching.graph.afterWrite = async () => {
      const { allowed } = await bench.graph.checkBulk(forbidden, { kind: 'fully_consistent' });
      looks += 1;
      seen.push(...forbidden.filter((_, nth) => allowed[nth]).map((asked) => JSON.stringify(asked)));
    };
    await bench.isExact(30_000);
    expect(seen).toEqual([]);
    expect(looks).toBeGreaterThan(10);
    expect(await bench.allows(access(open.id, openIn[0] as UserId))).toBe(true);
  });
});
