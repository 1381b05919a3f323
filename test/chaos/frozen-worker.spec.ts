import { connectSpiceDb } from '#authorization/nest';
import { bucketOf } from '#database';
import { platformPool } from '#database/nest';
import { AddTenantMember, RemoveTenantMember } from '#iam';
import { UlidGenerator, type TenantId, type UserId } from '#kernel';
import { actingUser } from '#kernel/testing';
import { reassignBuckets } from '#outbox/nest';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProjectionBench } from '../integration/outbox/support/projection-bench.ts';
import type { RunningService } from '../support/child-process.ts';
import { eventually } from '../support/eventually.ts';
import { workerPoints } from './support/fail-point-names.ts';
import { expireLeases, groundLaid, onlyHolder, startWorker, untilFrozen } from './support/worker-process.ts';

interface Membership {
  readonly id: TenantId;
  readonly ada: UserId;
  readonly ben: UserId;
  readonly version: number;
}

let bench: ProjectionBench;
const running: RunningService[] = [];

beforeAll(async () => {
  bench = await ProjectionBench.open();
  await groundLaid(bench);
});
afterEach(async () => {
  for (const worker of running.splice(0)) {
    worker.child.kill('SIGCONT');
    await worker.stop();
  }
});
afterAll(() => bench?.close());

const worker = async (env: Record<string, string> = {}) => {
  const started = await startWorker(bench, env);
  running.push(started);
  return started;
};

/** A tenant in each shard, with somebody whom the graph does not know yet. */
async function somebodyEverywhere(): Promise<Membership[]> {
  const found = new Map<number, Membership>();
  while (found.size < 4) {
    const [ada, ben] = [await bench.user(), await bench.user()];
    const { id } = await bench.tenant(ada);
    const { version } = await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: ben, role: 'member' });
    found.set(bucketOf(id) % 4, { id, ada, ben, version });
  }
  return [...found.values()];
}

async function removeAll(members: readonly Membership[]): Promise<void> {
  for (const { id, ada, ben, version } of members) {
    await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId: id, userId: ben, expectedVersion: version });
  }
}

/** The frozen one goes on, and goes on long enough to have done what it was about to do. */
async function thaw(frozen: RunningService): Promise<void> {
  frozen.child.kill('SIGCONT');
  await eventually(async () => (await fetch(`${frozen.url}/healthz`)).ok, { within: 15_000, what: 'the thawed worker' });
  const sweeps = Date.now() + 1_500;
  await eventually(() => Date.now() > sweeps);
}

describe('P-2 a worker process that is stopped while another takes its shards', () => {
  it.each(workerPoints)('P-2 at %s: when it goes on, nothing it writes lands', async (step) => {
    const members = await somebodyEverywhere();
    const frozen = await worker({ FAIL_POINTS: `${step}=stop` });
    await untilFrozen(frozen);
    await expireLeases(bench);
    await worker();
    await eventually(() => onlyHolder(bench), { within: 10_000, what: 'one holder of all shards' });
    await bench.settled();
    await removeAll(members);
    await bench.isExact();

    await thaw(frozen);
    for (const { id, ben } of members) expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
    await bench.isExact();
    expect(await bench.dead()).toEqual([]);
  });

  it('P-2 while its buckets went to another shard: nothing it writes by the old map lands', async () => {
    const members = await somebodyEverywhere();
    const frozen = await worker({ FAIL_POINTS: 'before-graph-write=stop' });
    await untilFrozen(frozen);
    const pool = platformPool({ url: bench.database.url, poolSize: 1 });
    const spicedb = connectSpiceDb({ ...bench.engine, insecure: true });
    const parts = { pool, graph: spicedb.provider, ids: new UlidGenerator() };
    const moves = members.map(({ id }) => ({ bucket: bucketOf(id), shard: (bucketOf(id) + 1) % 4 }));
    await reassignBuckets(parts, moves);
    spicedb.close();
    await pool.end();
    await worker();
    await bench.settled();
    await removeAll(members);
    await bench.isExact();

    await thaw(frozen);
    for (const { id, ben } of members) expect(await bench.allows(`tenant:${id}#access@user:${ben}`)).toBe(false);
    await bench.isExact();
  });
});
