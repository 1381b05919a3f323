import { RemoveTenantMember } from '#iam';
import type { TenantId, UserId } from '#kernel';
import { actingUser, anId } from '#kernel/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { insertMembers } from '../integration/outbox/support/many-members.ts';
import { ProjectionBench } from '../integration/outbox/support/projection-bench.ts';
import type { RunningService } from '../support/child-process.ts';
import { eventually } from '../support/eventually.ts';
import { expireLeases, groundLaid, startWorker, untilFrozen } from './support/worker-process.ts';

let bench: ProjectionBench;
let ada: UserId;
let tenantId: TenantId;
let members: UserId[];
const running: RunningService[] = [];

beforeAll(async () => {
  bench = await ProjectionBench.open();
  await groundLaid(bench);
  ada = await bench.user();
  ({ id: tenantId } = await bench.tenant(ada));
  await bench.worker();
  await bench.isExact();
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

/** Rows that the graph lacks, and a rebuild asked for that is to find them. */
async function begun(kind: string): Promise<void> {
  await bench.stopWorkers();
  members = await insertMembers(bench.owner, tenantId, 3_000);
  if (kind === 'in use') await bench.owner.query('UPDATE projection_shards SET live_rebuild = $1, rebuild_phase = 0', [anId()]);
  else await bench.engine.restart();
}

const rebuilt = (kind: string): Promise<boolean> =>
  bench.owner
    .query(
      kind === 'in use'
        ? 'SELECT FROM projection_shards WHERE live_rebuild IS DISTINCT FROM live_rebuilt'
        : "SELECT FROM projection_state WHERE status <> 'ready'",
    )
    .then((rows) => rows.length === 0);

const isDone = (kind: string) => eventually(() => rebuilt(kind), { within: 60_000, what: 'the end of the rebuild' });

describe('P-2 P-10 a worker process in the midst of a rebuild', () => {
  it.each(['made anew', 'in use'])('P-10 killed again and again, of a graph %s: the next goes on, and it ends', async (kind) => {
    await begun(kind);
    for (const [nth, point] of ['before-rebuild-write', 'after-rebuild-write', 'after-bookkeeping'].entries()) {
      const doomed = await startWorker(bench, { FAIL_POINTS: `${point}=kill@${6 + nth}` });
      expect(await doomed.child.ended).toEqual({ code: null, signal: 'SIGKILL' });
      await expireLeases(bench);
    }
    expect(await rebuilt(kind)).toBe(false);
    await worker();
    await isDone(kind);
    await bench.isExact(60_000);
  });

  it.each(['made anew', 'in use'])('P-2 P-10 stopped, of a graph %s: when it goes on, nothing it writes lands', async (kind) => {
    await begun(kind);
    const frozen = await worker({ FAIL_POINTS: 'before-rebuild-write=stop@9' });
    await untilFrozen(frozen);
    await expireLeases(bench);
    await worker();
    await isDone(kind);
    const gone = members.slice(0, 3);
    for (const userId of gone) await bench.iam.do(actingUser(ada), RemoveTenantMember, { tenantId, userId, expectedVersion: 1 });
    await bench.isExact(60_000);
    frozen.child.kill('SIGCONT');
    await eventually(async () => (await fetch(`${frozen.url}/healthz`)).ok, { within: 15_000, what: 'the thawed worker' });
    const sweeps = Date.now() + 1_500;
    await eventually(() => Date.now() > sweeps);
    for (const userId of gone) expect(await bench.allows(`tenant:${tenantId}#access@user:${userId}`)).toBe(false);
    await bench.isExact();
  });
});
