import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { bucketOf, platformBucket } from '#database';
import { connectDatabase, platformPool } from '#database/nest';
import { AddTenantMember, RemoveTenantMember } from '#iam';
import { UlidGenerator } from '#kernel';
import { actingUser } from '#kernel/testing';
import { InvalidBucketMove, PgGraphEpoch, PgReadYourWrites, reassignBuckets, type BucketMove } from '#outbox/nest';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { LandedWrites } from './support/landed-writes.ts';
import { PausePoint } from './support/pause-point.ts';
import { ProjectionBench } from './support/projection-bench.ts';

const never = 3_600_000;

let bench: ProjectionBench;
let pool: Pool;
let spicedb: SpiceDbConnection;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  pool = platformPool({ url: bench.database.url, poolSize: 2 });
  spicedb = connectSpiceDb({ ...bench.engine, insecure: true });
  await bench.worker({ sweepMs: 50 });
  await bench.settled();
  await bench.stopWorkers();
});
afterEach(() => bench.stopWorkers());
afterAll(async () => {
  await pool?.end();
  spicedb?.close();
  await bench?.close();
});

const reassign = (...moves: BucketMove[]) => reassignBuckets({ pool, graph: spicedb.provider, ids: new UlidGenerator() }, moves);

const shardOf = async (bucket: number) =>
  (await bench.owner.query<{ shard: number | null }>('SELECT shard FROM projection_buckets WHERE bucket = $1', [bucket]))[0]?.shard;

/** Whoever holds the leases keeps them for long, except for one shard: no ordinary take-over moves the other markers. */
async function keepsAllBut(shard: number): Promise<void> {
  await bench.owner.query("UPDATE projection_shards SET lease_until = now() + interval '1 hour'");
  await bench.owner.query('UPDATE projection_shards SET holder = NULL WHERE shard = $1', [shard]);
}

async function aTenantWithSomebody() {
  const [ada, ben] = [await bench.user(), await bench.user()];
  const { id } = await bench.tenant(ada);
  const bucket = bucketOf(id);
  const [from = 0, to = 0] = [bucket % 4, (bucket + 1) % 4];
  await bench.owner.query('UPDATE projection_buckets SET shard = $2 WHERE bucket = $1', [bucket, from]);
  const add = () => bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'operator' });
  const remove = ({ version }: { version: number }) =>
    bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: version });
  return { id, ada, ben, add, remove, bucket, from, to };
}

describe('giving a bucket to another shard', () => {
  it('P-2 loses nothing and repeats nothing while commands and workers go on', async () => {
    const { id, ada, bucket, from, to } = await aTenantWithSomebody();
    await bench.worker({ sweepMs: 50 });
    const adding = (async () => {
      for (let nth = 0; nth < 30; nth += 1) {
        await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: await bench.user(), role: 'member' });
      }
    })();
    for (let round = 0; round < 3; round += 1) {
      await reassign({ bucket, shard: to });
      expect(await shardOf(bucket)).toBe(to);
      await reassign({ bucket, shard: from });
    }
    await adding;
    await bench.isExact();
  });

  it.each(['after-read', 'before-graph-write', 'after-graph-write', 'after-bookkeeping'])(
    'P-2 a holder that was paused at %s under the old map writes nothing any more',
    async (step) => {
      const { id, ben, add, remove, bucket, from, to } = await aTenantWithSomebody();
      const pause = new PausePoint();
      const landed = new LandedWrites();
      const paused = await bench.worker({ sweepMs: never, concurrency: 5, failPoints: pause.failPoints, through: landed.through });
      await eventually(() => paused.observer.takeOvers.length === 5 && bench.pending().then((left) => left === 0));
      const added = await add();
      pause.arm(step);
      paused.worker.hint(from);
      await eventually(() => pause.waiting === 1);
      await keepsAllBut(to);
      await reassign({ bucket, shard: to });
      await bench.worker({ sweepMs: 50 });
      await bench.settled();
      await remove(added);
      await bench.settled();

      landed.forget();
      pause.release();
      await paused.worker.stop();
      expect(landed.edges).toEqual([]);
      expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
      await bench.isExact();
    },
  );

  it('P-2 one that broke off half way is finished by the same call; meanwhile the events wait', async () => {
    const { id, ben, add, bucket, to } = await aTenantWithSomebody();
    await bench.worker({ sweepMs: 50 });
    await bench.settled();
    await bench.owner.query('UPDATE projection_buckets SET shard = NULL WHERE bucket = $1', [bucket]);
    await add();
    await reassign({ bucket, shard: to });
    await bench.isExact();
    expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(true);
  });

  it('P-6 the newest revision of a tenant is known under its new shard too', async () => {
    const { id, ada, ben, add, bucket, to } = await aTenantWithSomebody();
    await bench.worker({ sweepMs: 50 });
    await add();
    await bench.settled();
    await bench.stopWorkers();
    await reassign({ bucket, shard: to });
    const database = await connectDatabase({ url: bench.database.url, poolSize: 1 });
    const reader = new PgReadYourWrites(database.database, new PgGraphEpoch(database.database));
    const { token } = await reader.current(id);
    const consistency = await reader.resolve(token, 0);
    expect(consistency.kind).toBe('at_least_as_fresh');
    for (const user of [ada, ben]) {
      const asked = { resource: { type: 'tenant', id }, permission: 'access', subject: { type: 'user', id: user } };
      expect((await spicedb.provider.check(asked, consistency)).allowed).toBe(true);
    }
    await database.close();
  });

  it('P-2 a graph that is lost meanwhile is rebuilt with every bucket', async () => {
    const { bucket, to } = await aTenantWithSomebody();
    await bench.worker({ sweepMs: 50 });
    await bench.settled();
    const epoch = await bench.epoch();
    await bench.owner.query('UPDATE projection_buckets SET shard = NULL WHERE bucket = $1', [bucket]);
    await bench.engine.restart();
    await eventually(
      async () => {
        const rebuilt = await bench.owner.query('SELECT FROM projection_shards s JOIN projection_state p ON s.rebuilt_epoch = p.epoch');
        return (await bench.epoch()) !== epoch && rebuilt.length === 5;
      },
      { within: 15_000, what: 'a rebuild of every shard' },
    );
    expect(await bench.isReady()).toBe(false);
    await reassign({ bucket, shard: to });
    await bench.isExact();
  });

  it('P-10 is refused while a shard that was found suspect is made right: nobody would compare what was taken from it', async () => {
    const { bucket, from, to } = await aTenantWithSomebody();
    await bench.owner.query("UPDATE projection_shards SET live_rebuild = 'E-5-abc', live_rebuilt = NULL WHERE shard = $1", [from]);
    await expect(reassign({ bucket, shard: to })).rejects.toThrow(InvalidBucketMove);
    expect(await shardOf(bucket)).toBe(from);
    await bench.owner.query('UPDATE projection_shards SET live_rebuilt = live_rebuild WHERE shard = $1', [from]);
    await reassign({ bucket, shard: to });
    expect(await shardOf(bucket)).toBe(to);
  });

  it('the bucket of the platform stays alone in its shard, and unknown shards are refused', async () => {
    await expect(reassign({ bucket: platformBucket, shard: 1 })).rejects.toThrow(InvalidBucketMove);
    await expect(reassign({ bucket: 1, shard: 4 })).rejects.toThrow(InvalidBucketMove);
    await expect(reassign({ bucket: 1, shard: 0 }, { bucket: 2, shard: 77 })).rejects.toThrow(InvalidBucketMove);
    expect(await shardOf(1)).toBe(1);
  });
});
