import { AddTenantMember, RemoveTenantMember } from '#iam';
import { bucketOf } from '#database';
import { actingUser } from '#kernel/testing';
import { DeadEventNotFound } from '#outbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { LandedWrites } from './support/landed-writes.ts';
import { logEvent, poisonedMember } from './support/log-event.ts';
import { OperatorsDesk } from './support/operators-desk.ts';
import { PausePoint } from './support/pause-point.ts';
import { ProjectionBench } from './support/projection-bench.ts';

/** So long that a paused worker renews no lease: as a stopped process would not. */
const never = 3_600_000;

let bench: ProjectionBench;
let at: OperatorsDesk;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  at = await OperatorsDesk.open(bench);
  await bench.worker({ sweepMs: 50 });
  await bench.settled();
  await bench.stopWorkers();
});
afterAll(async () => {
  await at?.close();
  await bench?.close();
});

describe('P-2 a worker that comes back after an event in its hands was discarded', () => {
  it.each(['after-read', 'before-graph-write', 'after-graph-write', 'after-bookkeeping'])(
    'P-2 paused at %s: it writes nothing, and the event does not come back',
    async (step) => {
      const [ada, ben] = [await bench.user(), await bench.user()];
      const { id } = await bench.tenant(ada);
      const pause = new PausePoint();
      const landed = new LandedWrites();
      const paused = await bench.worker({ sweepMs: never, concurrency: 5, failPoints: pause.failPoints, through: landed.through });
      await eventually(() => paused.observer.takeOvers.length === 5 && bench.pending().then((left) => left === 0));
      // In one batch: somebody who is added, and an event that the engine refuses.
      await bench.owner.query("UPDATE projection_shards SET paused = 'all'");
      const added = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'operator' });
      const poison = await logEvent(bench.owner, poisonedMember(id));
      await bench.owner.query("UPDATE projection_shards SET paused = 'no'");
      pause.arm(step);
      paused.worker.hint(bucketOf(id) % 4);
      await eventually(() => pause.waiting === 1);
      // As long as it is in the hands of a worker that nobody replaced, it is not for an operator to take.
      await expect(at.desk.discard.run(at.context(), poison, 'in a hurry')).rejects.toThrow(DeadEventNotFound);

      await bench.owner.query("UPDATE projection_shards SET lease_until = now() - interval '1 second' WHERE holder IS NOT NULL");
      const second = await bench.worker({ sweepMs: 50 });
      await eventually(() => new Set(second.observer.takeOvers.map(({ shard }) => shard)).size === 5);
      await eventually(async () => (await bench.dead()).includes(poison));
      await at.desk.discard.run(at.context(), poison, 'a fault that was mended');
      await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: added.version });
      await bench.settled();

      landed.forget();
      pause.release();
      await paused.worker.stop();
      expect(landed.edges).toEqual([]);
      expect(await bench.owner.query('SELECT FROM outbox_pending')).toEqual([]);
      expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
      await bench.isExact();
      await bench.stopWorkers();
    },
  );

  it('P-2 two operators who discard it at the same time: one does, and one entry tells of it', async () => {
    const { id } = await bench.tenant(await bench.user());
    const poison = await logEvent(bench.owner, poisonedMember(id));
    await bench.worker({ sweepMs: 50 });
    await eventually(async () => (await bench.dead()).includes(poison));
    const answers = await Promise.allSettled([1, 2].map((nth) => at.desk.discard.run(at.context(), poison, `operator ${nth}`)));
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect((await at.audited('projection.event_discarded')).filter(({ target_id }) => target_id === String(poison))).toHaveLength(1);
  });
});
