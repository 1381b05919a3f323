import { AddTenantMember, RemoveTenantMember } from '#iam';
import { bucketOf } from '#database';
import { actingUser } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { LandedWrites } from './support/landed-writes.ts';
import { PausePoint } from './support/pause-point.ts';
import { ProjectionBench } from './support/projection-bench.ts';

/** So long that a paused worker renews no lease: as a stopped process would not. */
const never = 3_600_000;

let bench: ProjectionBench;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  await bench.worker({ sweepMs: 50 });
  await bench.settled();
  await bench.stopWorkers();
});
afterAll(() => bench?.close());

/** A second worker finds the leases run out, takes every shard and applies what there is. */
async function takeOver(): Promise<void> {
  await bench.owner.query("UPDATE projection_shards SET lease_until = now() - interval '1 second' WHERE holder IS NOT NULL");
  const second = await bench.worker({ sweepMs: 50 });
  await eventually(() => new Set(second.observer.takeOvers.map(({ shard }) => shard)).size === 5);
  await bench.settled();
}

async function aTenantWithSomebody() {
  const [ada, ben] = [await bench.user(), await bench.user()];
  const { id } = await bench.tenant(ada);
  const add = () => bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'operator' });
  const remove = ({ version }: { version: number }) =>
    bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: version });
  return { id, ben, add, remove, shard: bucketOf(id) % 4 };
}

describe('P-2 a worker that was paused while another took its shard', () => {
  it.each(['after-lease', 'after-marker-read', 'after-marker-move'])(
    'P-2 writes nothing any more when it was paused at %s, on its way to the shard',
    async (step) => {
      const { id, ben, add, remove } = await aTenantWithSomebody();
      const added = await add();
      const pause = new PausePoint();
      const landed = new LandedWrites();
      pause.arm(step);
      const paused = await bench.worker({ sweepMs: never, concurrency: 5, failPoints: pause.failPoints, through: landed.through });
      await eventually(() => pause.waiting === 5);
      await takeOver();
      await remove(added);
      await bench.settled();

      landed.forget();
      pause.release();
      await paused.worker.stop();
      expect(landed.edges).toEqual([]);
      expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
      await bench.isExact();
      await bench.stopWorkers();
    },
  );

  it.each(['after-read', 'before-graph-write', 'after-graph-write', 'after-bookkeeping'])(
    'P-2 writes nothing any more when it was paused at %s, in the middle of a batch',
    async (step) => {
      const { id, ben, add, remove, shard } = await aTenantWithSomebody();
      const pause = new PausePoint();
      const landed = new LandedWrites();
      const paused = await bench.worker({ sweepMs: never, concurrency: 5, failPoints: pause.failPoints, through: landed.through });
      await eventually(() => paused.observer.takeOvers.length === 5 && bench.pending().then((left) => left === 0));
      const added = await add();
      pause.arm(step);
      paused.worker.hint(shard);
      await eventually(() => pause.waiting === 1);
      await takeOver();
      await remove(added);
      await bench.settled();
      const recorded = await bench.owner.query('SELECT shard, holder, seq, marker FROM projection_shards ORDER BY shard');

      landed.forget();
      pause.release();
      await paused.worker.stop();
      expect(landed.edges).toEqual([]);
      expect(await bench.owner.query('SELECT shard, holder, seq, marker FROM projection_shards ORDER BY shard')).toEqual(recorded);
      expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
      await bench.isExact();
      await bench.stopWorkers();
    },
  );
});
