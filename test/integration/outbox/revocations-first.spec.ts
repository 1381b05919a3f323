import { AddTenantMember, RemoveTenantMember, RestoreTenant, SuspendTenant } from '#iam';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { RefusingProxy } from '../../support/refusing-proxy.ts';
import { watchFor } from './support/anomaly-watch.ts';
import { logEvent } from './support/log-event.ts';
import { deleteMembers, insertMembers, logMembers } from './support/many-members.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let slowEngine: RefusingProxy;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  slowEngine = await RefusingProxy.start(bench.engine.endpoint);
});
afterEach(async () => {
  slowEngine.slowDown(0);
  await bench.stopWorkers();
});
afterAll(async () => {
  slowEngine?.stop();
  await bench?.close();
});

/** A worker whose engine takes its time, so that a backlog lasts while the test looks. */
const slowWorker = () => bench.worker({ sweepMs: 50, spicedb: { endpoint: slowEngine.endpoint, token: bench.engine.token } });

describe('P-7 behind a backlog of grants', () => {
  it('P-7 a removal of the same tenant, and a grant of a small tenant beside it, are seen long before the backlog is gone', async () => {
    const worker = await slowWorker();
    const [ada, ben, cleo] = [await bench.user(), await bench.user(), await bench.user()];
    const { id } = await bench.tenant(ada);
    const { version } = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'member' });
    const small = await bench.tenant(cleo);
    await bench.owner.query('UPDATE projection_buckets SET shard = 0 WHERE bucket < 256'); // all in one queue
    await bench.isExact();

    slowEngine.slowDown(60);
    await logMembers(bench.owner, id, await insertMembers(bench.owner, id, 20_000), 'added');
    for (const shard of [0, 1, 2, 3]) worker.worker.hint(shard);
    await eventually(async () => (await bench.pending()) < 20_000);
    const began = Date.now();
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: version });
    await eventually(async () => !(await bench.allows(`tenant:${id}#access@user:${ben}`)), { within: 1_000, what: 'the removal' });
    expect(Date.now() - began).toBeLessThan(1_000);
    expect(await bench.pending()).toBeGreaterThan(5_000);

    const userId = await bench.user();
    await bench.iam.do(actingUser(cleo), AddTenantMember, { tenantId: small.id, userId, role: 'member' });
    await eventually(() => bench.allows(`tenant:${small.id}#access@user:${userId}`), { within: 1_000, what: 'the small tenant' });
    expect(await bench.pending()).toBeGreaterThan(3_000);
    slowEngine.slowDown(0);
    await bench.isExact(30_000);
    await bench.owner.query('UPDATE projection_buckets SET shard = bucket % 4 WHERE bucket < 256');
  });
});

const twice = <T>(list: readonly T[]): T[] => list.flatMap((one) => [one, one]);

describe('P-7 removals before grants', () => {
  it('P-7 P-8 a suspended tenant with more removals than a batch holds, then restored: nobody removed gets in, at any moment', async () => {
    const ada = await bench.user();
    const { id } = await bench.tenant(ada);
    const members = await insertMembers(bench.owner, id, 420);
    await logMembers(bench.owner, id, members, 'added');
    await slowWorker();
    await bench.iam.do(actingProduct, SuspendTenant, { tenantId: id });
    await bench.isExact();
    await bench.stopWorkers();

    const [removed, kept] = [members.slice(0, 400), members.slice(400)];
    await deleteMembers(bench.owner, id, removed);
    // Each of them twice, as after an addition between: so a call has room for more than the removals of one read.
    await logMembers(bench.owner, id, twice(removed), 'removed');
    await bench.iam.do(actingProduct, RestoreTenant, { tenantId: id });
    slowEngine.slowDown(40);
    const watch = watchFor(async () => {
      const asked = removed.slice(-20).map((user) => ({
        resource: { type: 'tenant', id },
        permission: 'access',
        subject: { type: 'user', id: user },
      }));
      const { allowed } = await bench.graph.checkBulk(asked, { kind: 'fully_consistent' });
      return allowed.includes(true) ? `${allowed.filter(Boolean).length} removed members got in` : null;
    });
    await slowWorker();
    await bench.settled();
    expect(await watch.end()).toEqual([]);
    expect(watch.looks).toBeGreaterThan(4);
    for (const user of [ada, ...kept]) expect(await bench.allows(`tenant:${id}#access@user:${user}`)).toBe(true);
    await bench.isExact();
  });

  it('P-8 what was shared after a removal is never seen through what was removed', async () => {
    const [ada, ben] = [await bench.user(), await bench.user()];
    const { id, root } = await bench.tenant(ada);
    const child = await bench.owner.insertWorkspace(id, root);
    await slowWorker();
    const { version } = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'operator' });
    await bench.settled();
    await bench.stopWorkers();
    // Ben goes; only then the child workspace, whose viewers Ben's role would reach, enters the graph.
    const others = await insertMembers(bench.owner, id, 150);
    await logMembers(bench.owner, id, others, 'removed');
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: version });
    await deleteMembers(bench.owner, id, others);
    const payload = { tenantId: id, workspaceId: child, parentId: root };
    const created = { tenantId: id, aggregateType: 'workspace', aggregateId: child, type: 'workspaces.workspace_created', payload };
    await logEvent(bench.owner, created);
    slowEngine.slowDown(40);
    const watch = watchFor(async () => ((await bench.allows(`workspace:${child}#view@user:${ben}`)) ? 'ben sees what came later' : null));
    await slowWorker();
    await bench.settled();
    expect(await watch.end()).toEqual([]);
    expect(await bench.allows(`workspace:${child}#view@user:${ada}`)).toBe(true);
    await bench.isExact();
  });
});
