import { executorOf } from '#database';
import { connectDatabase, platformPool, type DatabaseConnection } from '#database/nest';
import { AddTenantMember, RemoveTenantMember } from '#iam';
import { tenantScope } from '#kernel';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { PgWorkList } from '#outbox/nest';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { heldOpen } from './support/held-transaction.ts';
import { logEventIn } from './support/log-event.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let pool: Pool;
let direct: DatabaseConnection;

beforeAll(async () => {
  bench = await ProjectionBench.open({ poolSize: 16 });
  pool = platformPool({ url: bench.database.url, poolSize: 4 });
  direct = await connectDatabase({ url: bench.database.url, poolSize: 2 });
});
afterAll(async () => {
  await pool?.end();
  await direct?.close();
  await bench?.close();
});

describe('the low-water mark', () => {
  it('P-1 the first event there ever is lies above every mark that a worker can have set before it', async () => {
    expect((await new PgWorkList(pool).horizon()).position).toBe(0n);
  });

  it('P-1 a transaction has its id before it draws a position', async () => {
    const tenantId = anId<never>();
    const context = contextOf(actingProduct);
    await direct.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const { rows } = await executorOf(tx).query<{ id: string | null }>('SELECT pg_current_xact_id_if_assigned()::text AS id');
      expect(rows[0]?.id).toEqual(expect.any(String));
      return null;
    });
  });

  it('P-1 it waits for every transaction that may still fill a position below it', async () => {
    const list = new PgWorkList(pool);
    const ada = await bench.user();
    const { id } = await bench.tenant(ada);
    await bench.owner.query('DELETE FROM outbox_pending');
    const late = await heldOpen(bench.database.url);
    const position = await logEventIn(late.connection, { ...harmless, tenantId: id, aggregateId: id });
    await bench.user();
    await bench.owner.query('DELETE FROM outbox_pending');
    const horizon = await list.horizon();
    const floor = await list.floor(0);
    expect(horizon.position).toBeGreaterThan(position);
    expect(floor.oldestTransaction).toBeLessThan(horizon.nextTransaction);
    await late.commit();
    // Transactions of other databases count as well: those of tests beside this one end, too.
    await eventually(async () => (await list.floor(0)).oldestTransaction >= horizon.nextTransaction);
    await bench.owner.query('DELETE FROM outbox_pending');
  });
});

const harmless = { aggregateType: 'tenant', type: 'tenancy.tenant_changed', payload: {} } as const;

describe('nothing committed is lost', () => {
  it('P-1 a transaction held open across several drains is applied when it commits', async () => {
    const worker = await bench.worker({ sweepMs: 50 });
    const [ada, ben, cleo] = [await bench.user(), await bench.user(), await bench.user()];
    const { id } = await bench.tenant(ada);
    await bench.settled();
    const late = await heldOpen(bench.database.url);
    await late.connection.insertMember(id, ben, 'member');
    const payload = { tenantId: id, userId: ben, role: 'member' };
    const event = { tenantId: id, aggregateType: 'tenant_membership', aggregateId: `${id}:${ben}`, type: 'tenancy.member_added', payload };
    await logEventIn(late.connection, event);
    for (let round = 0; round < 5; round += 1) {
      const { version } = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: cleo, role: 'member' });
      await bench.settled();
      await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: cleo, expectedVersion: version });
      await bench.settled();
    }
    const batches = worker.observer.batches.length;
    expect(batches).toBeGreaterThanOrEqual(10);
    expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
    await late.commit();
    await eventually(() => bench.allows(`tenant:${id}#access@user:${ben}`));
    await bench.isExact();
  });

  it('P-1 many committers at once, two workers that share the shards: every event is applied', async () => {
    await bench.worker({ sweepMs: 50 });
    const admins = await Promise.all(Array.from({ length: 4 }, () => bench.user()));
    const tenants = await Promise.all(admins.map((admin) => bench.tenant(admin)));
    await Promise.all(
      Array.from({ length: 12 }, async (_, nth) => {
        const admin = actingUser(admins[nth % 4] as never);
        const tenantId = tenants[nth % 4]?.id as never;
        for (let round = 0; round < 8; round += 1) {
          const userId = await bench.user();
          const { version } = await bench.iam.do(admin, AddTenantMember, { tenantId, userId, role: 'operator' });
          if (round % 3 === 0) await bench.iam.do(admin, RemoveTenantMember, { tenantId, userId, expectedVersion: version });
        }
      }),
    );
    await bench.isExact();
    expect(await bench.dead()).toEqual([]);
  });
});
