import { AddTenantMember, CreateTenant, RemoveTenantMember } from '#iam';
import type { UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { consumeQueue, queueSchema } from '#outbox/nest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { PausePoint } from './support/pause-point.ts';
import { ProjectionBench } from './support/projection-bench.ts';
import { redisIsMissing, startRedis, type RedisServer } from './support/redis-server.ts';
import { WritingSide } from './support/writing-side.ts';

/** No timer helps in time: what is applied was asked for through the queue. */
const never = 3_600_000;

const missing = redisIsMissing();
if (missing !== null) console.warn(`The queue on Redis is not tried: ${missing}.`);

describe.each(missing === null ? ['postgresql', 'redis'] : ['postgresql'])('the queue on %s', (backend) => {
  let bench: ProjectionBench;
  let redis: RedisServer | undefined;
  let side: WritingSide;
  let ada: UserId;
  let emptied = 0;
  const stopping: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    bench = await ProjectionBench.open();
    if (backend === 'redis') redis = await startRedis();
    side = await WritingSide.start(bench.database.url, redis === undefined ? {} : { redisUrl: redis.url });
    ada = await bench.user();
    await bench.worker({ sweepMs: 50 });
    await bench.settled();
    await bench.stopWorkers();
  });
  afterEach(async () => {
    for (const stop of stopping.splice(0)) await stop();
    await bench.stopWorkers();
  });
  afterAll(async () => {
    await side?.stop();
    await redis?.stop();
    await bench?.close();
  });

  async function worker(sweepMs: number, pause = new PausePoint()) {
    const started = await bench.worker({ sweepMs, failPoints: pause.failPoints });
    const config = { databaseUrl: bench.database.url, ...(redis !== undefined && { redisUrl: redis.url }) };
    const jobs = consumeQueue(config, 4, (shard) => started.worker.wake(shard));
    jobs.on('error', () => undefined);
    stopping.push(() => jobs.close(true));
    await eventually(() => started.observer.takeOvers.length >= 5);
    return started;
  }

  const found = () => side.do(actingUser(ada), CreateTenant, { name: 'Acme' });
  const isVisible = (tenantId: string) => () => bench.allows(`tenant:${tenantId}#administrate@user:${ada}`);

  it('P-7 a command wakes the worker that holds its shard', async () => {
    await worker(never);
    for (let round = 0; round < 5; round += 1) {
      const { result } = await found();
      await eventually(isVisible(result.tenant_id), { within: 3_000, what: 'a woken worker' });
    }
  });

  it('P-7 a wake-up during an active drain is not lost', async () => {
    const pause = new PausePoint();
    await worker(never, pause);
    const first = await found();
    await eventually(isVisible(first.result.tenant_id));
    const { tenant_id: tenantId } = first.result;
    const [ben, cleo] = [await bench.user(), await bench.user()];
    await eventually(async () => (await bench.pending()) <= 2);
    pause.arm('after-read');
    await side.do(actingUser(ada), AddTenantMember, { tenantId, userId: ben, role: 'member' });
    await eventually(() => pause.waiting > 0, { what: 'a drain at work' });
    await side.do(actingUser(ada), AddTenantMember, { tenantId, userId: cleo, role: 'member' });
    const ringing = Date.now() + 400;
    await eventually(() => Date.now() > ringing, { what: 'the bell, which nobody awaits' });
    pause.release();
    await eventually(() => bench.allows(`tenant:${tenantId}#access@user:${ben}`), { within: 3_000 });
    await eventually(() => bench.allows(`tenant:${tenantId}#access@user:${cleo}`), { within: 3_000, what: 'the second wake-up' });
  });

  it('P-1 emptied again and again under load: no command fails, all is applied, the graph is f(state)', async () => {
    await worker(300);
    emptied = 0;
    let loading = true;
    const emptying = (async () => {
      while (loading) {
        await (redis === undefined ? truncateQueue() : redis.empty().then(() => (emptied += 1)));
        const next = Date.now() + 50;
        await eventually(() => Date.now() > next);
      }
    })();
    const load = Array.from({ length: 4 }, async () => {
      const { result } = await found();
      for (let nth = 0; nth < 25 || (emptied < 5 && nth < 500); nth += 1) {
        const userId = await bench.user();
        const member = { tenantId: result.tenant_id, userId };
        const added = await side.do(actingUser(ada), AddTenantMember, { ...member, role: 'operator' });
        if (nth % 2 === 0) await side.do(actingUser(ada), RemoveTenantMember, { ...member, expectedVersion: added.result.version });
      }
    });
    await Promise.all(load);
    loading = false;
    await emptying;
    expect(emptied).toBeGreaterThanOrEqual(5);
    await bench.isExact();
    expect(await bench.dead()).toEqual([]);
    // And the bell rings again afterwards.
    const { result } = await found();
    await eventually(isVisible(result.tenant_id), { within: 3_000 });
  });

  async function truncateQueue(): Promise<void> {
    const tables = await bench.owner.query<{ name: string }>(
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1 AND tablename NOT LIKE '%migration%'",
      [queueSchema],
    );
    // The queue's own statements may make it the victim of a deadlock: then it is emptied the next time.
    await bench.owner.query(`TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`).then(
      () => (emptied += 1),
      () => undefined,
    );
  }
});
