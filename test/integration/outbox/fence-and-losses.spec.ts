import {
  ForwardingAuthorizationProvider,
  AuthorizationUnavailable,
  type AuthorizationProvider,
  type GraphToken,
  type Precondition,
  type Relationship,
  type RelationshipUpdate,
} from '#authorization';
import { bucketOf } from '#database';
import { projectionVersion } from '#database/nest';
import { AddTenantMember, RemoveTenantMember } from '#iam';
import { actingUser } from '#kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { InProcessWorker } from './support/in-process-worker.ts';
import { LandedWrites } from './support/landed-writes.ts';
import { logEvent, poisonedMember } from './support/log-event.ts';
import { PausePoint } from './support/pause-point.ts';
import { ProjectionBench } from './support/projection-bench.ts';

/** So long that a paused worker renews no lease: as a stopped process would not. */
const never = 3_600_000;
const types = ['platform', 'tenant', 'workspace', 'projection_shard', 'projection_epoch'];

let bench: ProjectionBench;
beforeEach(async () => {
  bench = await ProjectionBench.open();
  await bench.worker({ sweepMs: 50 });
  await bench.settled();
  await bench.stopWorkers();
});
afterEach(() => bench?.close());

async function aTenantWithSomebody() {
  const [ada, ben] = [await bench.user(), await bench.user()];
  const { id } = await bench.tenant(ada);
  const add = async (userId = ben) => bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId, role: 'operator' });
  const remove = ({ version }: { version: number }) =>
    bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: version });
  return { id, ben, add, remove, shard: bucketOf(id) % 4 };
}

type Somebody = Awaited<ReturnType<typeof aTenantWithSomebody>>;

/** The worker holds all shards, and stops before it writes that somebody was added. */
async function pausedBeforeWriting({ add, shard }: Somebody) {
  const pause = new PausePoint();
  const landed = new LandedWrites();
  const paused = await bench.worker({ sweepMs: never, concurrency: 5, failPoints: pause.failPoints, through: landed.through });
  await eventually(() => paused.observer.takeOvers.length === 5 && bench.pending().then((left) => left === 0));
  const added = await add();
  pause.arm('before-graph-write');
  paused.worker.hint(shard);
  await eventually(() => pause.waiting === 1);
  return { paused, pause, landed, added };
}

async function takenOver(): Promise<InProcessWorker> {
  await bench.owner.query("UPDATE projection_shards SET lease_until = now() - interval '1 second' WHERE holder IS NOT NULL");
  const next = await bench.worker({ sweepMs: 50 });
  await eventually(() => new Set(next.observer.takeOvers.map(({ shard }) => shard)).size === 5);
  await bench.settled();
  return next;
}

/** So many batches of the shard, one after the other. */
async function batches(count: number, { add }: Somebody): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) {
    await add(await bench.user());
    await bench.settled();
  }
}

async function everything(): Promise<Relationship[]> {
  const all: Relationship[] = [];
  for (const resourceType of types) {
    for await (const edge of bench.graph.read({ resourceType }, { kind: 'fully_consistent' })) all.push(edge);
  }
  return all;
}

const all = (operation: 'touch' | 'delete', edges: readonly Relationship[]): RelationshipUpdate[] =>
  edges.map((relationship) => ({ operation, relationship }));

async function inAnotherEpochThan(epoch: string | undefined): Promise<void> {
  await eventually(async () => (await bench.epoch()) !== epoch, { within: 15_000, what: 'another epoch' });
  await bench.isExact(20_000);
}

async function writesNothing(
  somebody: Somebody,
  { paused, pause, landed }: Awaited<ReturnType<typeof pausedBeforeWriting>>,
): Promise<void> {
  landed.forget();
  pause.release();
  await paused.worker.stop();
  expect(landed.edges).toEqual([]);
  expect(await bench.allows(`tenant:${somebody.id}#access@user:${somebody.ben}`)).toBe(false);
  await bench.isExact();
}

describe('P-2 a worker that was overtaken, and whose graph or database is not what it was', () => {
  it.each([0, 1, 5])('P-2 writes nothing into a graph that was lost %i batches later and is rebuilt', async (later) => {
    const somebody = await aTenantWithSomebody();
    const frozen = await pausedBeforeWriting(somebody);
    await takenOver();
    await batches(later, somebody);
    const epoch = await bench.epoch();
    await bench.engine.restart();
    await inAnotherEpochThan(epoch);
    await somebody.remove(frozen.added);
    await bench.isExact();
    await writesNothing(somebody, frozen);
  });

  it('P-2 writes nothing into a graph that was restored to the very batch that it wrote last', async () => {
    const somebody = await aTenantWithSomebody();
    const frozen = await pausedBeforeWriting(somebody);
    const backup = await everything();
    await takenOver();
    await batches(2, somebody);
    const epoch = await bench.epoch();
    const now = await everything();
    const kept = new Set(backup.map((edge) => JSON.stringify(edge)));
    const gone = now.filter((edge) => !kept.has(JSON.stringify(edge)));
    await bench.graph.write([...all('delete', gone), ...all('touch', backup)]);
    await inAnotherEpochThan(epoch);
    await somebody.remove(frozen.added);
    await bench.isExact();
    await writesNothing(somebody, frozen);
  });

  it('P-2 writes nothing when the database was restored from before the last batches, although the graph is ahead', async () => {
    const somebody = await aTenantWithSomebody();
    const frozen = await pausedBeforeWriting(somebody);
    const recorded = await bench.owner.query<{ shard: number; seq: string; marker: string }>(
      'SELECT shard, seq, marker FROM projection_shards',
    );
    const next = await takenOver();
    await batches(3, somebody);
    await next.worker.stop();
    for (const { shard, seq, marker } of recorded) {
      await bench.owner.query('UPDATE projection_shards SET seq = $2, marker = $3 WHERE shard = $1', [shard, seq, marker]);
      await bench.owner.query('DELETE FROM outbox_batches WHERE shard = $1 AND seq > $2', [shard, seq]);
    }
    await takenOver();
    await somebody.remove(frozen.added);
    await bench.isExact();
    await writesNothing(somebody, frozen);
  });
});

/** Says of the next write that its outcome is unknown, and delivers it when the test says so. */
class LateGraph extends ForwardingAuthorizationProvider {
  isLate = false;
  private readonly held: (() => Promise<GraphToken>)[] = [];

  get waiting(): number {
    return this.held.length;
  }

  override write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    if (!this.isLate) return super.write(updates, preconditions);
    this.isLate = false;
    this.held.push(() => super.write(updates, preconditions));
    return Promise.reject(new AuthorizationUnavailable(new Error('14 UNAVAILABLE')));
  }

  /** Which of them landed. */
  async deliver(): Promise<boolean[]> {
    const outcomes = await Promise.allSettled(this.held.map((write) => write()));
    return outcomes.map(({ status }) => status === 'fulfilled');
  }
}

describe('P-2 a write whose outcome nobody knew', () => {
  it.each(['as it was', 'lost and rebuilt'])(
    'P-2 does not land after its worker took the shard over again, with the graph %s',
    async (graph) => {
      const somebody = await aTenantWithSomebody();
      let late: LateGraph | undefined;
      const through = (inner: AuthorizationProvider) => (late = new LateGraph(inner));
      const working = await bench.worker({ sweepMs: 50, through });
      await eventually(() => working.observer.takeOvers.length === 5 && bench.pending().then((left) => left === 0));
      if (late === undefined) throw new Error('the worker did not take the graph it was given');
      late.isLate = true;
      const added = await somebody.add();
      await eventually(() => late?.waiting === 1);
      await bench.settled();
      if (graph !== 'as it was') {
        const epoch = await bench.epoch();
        await bench.engine.restart();
        await inAnotherEpochThan(epoch);
      }
      await somebody.remove(added);
      await bench.isExact();
      expect(await late.deliver()).toEqual([false]);
      await bench.isExact();
    },
  );
});

describe('P-2 a worker of an older version', () => {
  it('P-2 never takes a shard that a newer one has held, and keeps none that a newer one took', async () => {
    const somebody = await aTenantWithSomebody();
    const older = await bench.worker({ sweepMs: 50 });
    await eventually(() => older.observer.takeOvers.length === 5);
    await bench.settled();
    await bench.owner.query('UPDATE projection_shards SET projection_version = 32767, holder = NULL, lease_until = NULL');
    await somebody.add();
    const end = Date.now() + 500;
    await eventually(() => {
      older.worker.hint(somebody.shard);
      return Date.now() > end;
    });
    expect(older.observer.takeOvers).toHaveLength(5);
    expect(await bench.pending()).toBe(1);
    expect(await bench.allows(`tenant:${somebody.id}#access@user:${somebody.ben}`)).toBe(false);
  });

  it('P-1 P-2 leaves to a newer one what only that knows: it waits, is neither dead nor lost, and the rest goes on', async () => {
    const [waiting, other] = [await aTenantWithSomebody(), await aTenantWithSomebody()];
    const older = await bench.worker({ sweepMs: 50 });
    await bench.isExact();
    await bench.owner.insertMember(waiting.id, waiting.ben, 'operator');
    const newer = { ...poisonedMember(waiting.id, waiting.ben), projectionVersion: projectionVersion + 1 };
    for (const revoking of [false, true]) await logEvent(bench.owner, { ...newer, revoking });
    await other.add();
    await eventually(() => bench.allows(`tenant:${other.id}#access@user:${other.ben}`));
    const sweeps = Date.now() + 600; // some of them from position zero
    await eventually(() => Date.now() > sweeps);
    expect(await bench.pending()).toBe(2);
    expect([await bench.dead(), older.observer.dead]).toEqual([[], []]);
    expect(await bench.allows(`tenant:${waiting.id}#access@user:${waiting.ben}`)).toBe(false);
    // To a worker of the newer release they are of its own version.
    await bench.owner.query('UPDATE outbox_pending SET projection_version = $1', [projectionVersion]);
    await bench.isExact();
    expect(await bench.allows(`tenant:${waiting.id}#access@user:${waiting.ben}`)).toBe(true);
  });
});
