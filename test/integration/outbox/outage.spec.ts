import { AddTenantMember, ChangeTenantMember, RemoveTenantMember, RestoreTenant, SuspendTenant } from '#iam';
import { actingProduct, actingUser } from '#kernel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { RefusingProxy } from '../../support/refusing-proxy.ts';
import { watchFor } from './support/anomaly-watch.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let proxy: RefusingProxy;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  proxy = await RefusingProxy.start(bench.engine.endpoint);
});
afterEach(async () => {
  proxy.behave('forward');
  await bench.stopWorkers();
});
afterAll(async () => {
  proxy?.stop();
  await bench?.close();
});

const throughProxy = () => ({ spicedb: { endpoint: proxy.endpoint, token: bench.engine.token } });

describe('P-3 an engine that does not answer', () => {
  it.each(['refuse', 'hang', 'cut'] as const)('P-3 whose calls %s: nothing is dead, and work goes on when it returns', async (how) => {
    const worker = await bench.worker({ sweepMs: 100, ...throughProxy() });
    const [ada, ben] = [await bench.user(), await bench.user()];
    const { id } = await bench.tenant(ada);
    const { version } = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'member' });
    await bench.isExact();

    proxy.behave(how);
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: version });
    const tenants = await Promise.all([1, 2, 3, 4, 5, 6].map(() => bench.tenant(ada)));
    proxy.forget();
    const some = how === 'hang' ? 1 : 3; // such a failure takes as long as its deadline
    await eventually(() => worker.observer.failures.length >= some, { within: 20_000, what: 'failed turns' });
    expect(await bench.dead()).toEqual([]);
    expect(await bench.pending()).toBeGreaterThan(tenants.length);

    proxy.behave('forward');
    await bench.isExact(5_000);
    expect(await bench.dead()).toEqual([]);
    expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
  });

  it('P-3 tries again at a pace of its own, however many commands ring meanwhile', async () => {
    const worker = await bench.worker({ sweepMs: 50, ...throughProxy() });
    const ada = await bench.user();
    await bench.tenant(ada);
    await bench.isExact();
    proxy.behave('refuse');
    await bench.tenant(ada);
    await eventually(() => worker.observer.failures.length >= 8, { within: 20_000 });
    const before = worker.observer.failures.length;
    const end = Date.now() + 1_500;
    await eventually(() => {
      for (const shard of [0, 1, 2, 3, 4]) worker.worker.hint(shard);
      return Date.now() > end;
    });
    // Five shards and the sweep, at least half a second apart by then.
    expect(worker.observer.failures.length - before).toBeLessThan(45);
    proxy.behave('forward');
    await bench.isExact(5_000);
  });
});

describe('P-3 an engine that was lost', () => {
  it('P-3 is rebuilt from rows, epoch last; at no moment does a suspended tenant let anybody in', async () => {
    const ada = await bench.user();
    const members = await Promise.all(Array.from({ length: 20 }, () => bench.user()));
    const suspended = await bench.tenant(ada);
    const open = await bench.tenant(ada);
    for (const userId of members) {
      for (const { id } of [suspended, open]) {
        await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId, role: 'member' });
      }
    }
    await bench.iam.do(actingProduct, SuspendTenant, { tenantId: suspended.id });
    await bench.worker({ sweepMs: 100 });
    await bench.isExact();
    const before = await bench.epoch();

    await bench.engine.kill();
    // Committed while the engine is away: a removal, and a role change that is half a removal.
    const gone = members[0] as never;
    const [row] = await bench.owner.query<{ version: number }>('SELECT version FROM tenant_members WHERE tenant_id = $1 AND user_id = $2', [
      open.id,
      gone,
    ]);
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: open.id, userId: gone, expectedVersion: row?.version ?? 0 });
    const watch = watchFor(async () => {
      const { allowed } = await bench.graph.checkBulk(
        [
          ...members.map((id) => ({ resource: { type: 'tenant', id: suspended.id }, permission: 'access', subject: { type: 'user', id } })),
          { resource: { type: 'tenant', id: open.id }, permission: 'access', subject: { type: 'user', id: gone } },
        ],
        { kind: 'fully_consistent' },
      );
      return allowed.includes(true) ? 'somebody got in' : null;
    });
    await bench.engine.restart();
    await bench.isExact(20_000);
    expect(await watch.end()).toEqual([]);
    expect(watch.looks).toBeGreaterThan(3);
    expect(await bench.epoch()).not.toBe(before);
    expect(await bench.allows(`projection_epoch:${await bench.epoch()}#current@projection_probe:probe`)).toBe(true);
    expect(await bench.allows(`tenant:${open.id}#access@user:${members[1]}`)).toBe(true);
  });

  it.each(['a removal that was taken back', 'a removal that is half a grant'])(
    'P-3 P-10 a rebuild ends although %s is pending',
    async (what) => {
      const [ada, ben] = [await bench.user(), await bench.user()];
      const { id } = await bench.tenant(ada);
      const added = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'operator' });
      await bench.worker({ sweepMs: 100 });
      await bench.isExact();
      await bench.engine.kill();
      if (what.endsWith('back')) {
        await bench.iam.do(actingProduct, SuspendTenant, { tenantId: id });
        await bench.iam.do(actingProduct, RestoreTenant, { tenantId: id });
      } else {
        const change = { tenantId: id, userId: ben, role: 'member', expectedVersion: added.version } as const;
        await bench.iam.do(actingUser(ada), ChangeTenantMember, change);
      }
      await bench.engine.restart();
      await bench.isExact(10_000);
    },
  );
});
