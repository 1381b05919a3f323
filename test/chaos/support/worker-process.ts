import { readFileSync } from 'node:fs';
import type { ProjectionBench } from '../../integration/outbox/support/projection-bench.ts';
import { startService, type RunningService } from '../../support/child-process.ts';
import { eventually } from '../../support/eventually.ts';

/** The built worker, a process of its own. With fail points it may be gone or frozen before it answers: nobody waits for it. */
export function startWorker(bench: ProjectionBench, env: Record<string, string> = {}): Promise<RunningService> {
  return startService({
    program: 'apps/worker/src/main.js',
    portVariable: 'WORKER_PORT',
    readyPath: env['FAIL_POINTS'] === undefined ? '/healthz' : null,
    env: {
      DATABASE_URL: bench.database.url,
      SPICEDB_ENDPOINT: bench.engine.endpoint,
      SPICEDB_TOKEN: bench.engine.token,
      SPICEDB_INSECURE: 'true',
      LOG_LEVEL: 'warn',
      ...env,
    },
  });
}

/** Frozen by SIGSTOP, as Linux tells it. */
export function isFrozen({ child }: RunningService): boolean {
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  return stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

export async function untilFrozen(worker: RunningService): Promise<void> {
  await eventually(() => isFrozen(worker), { within: 30_000, what: `a frozen worker\n${worker.child.output}` });
}

/** A first worker lays the ground: schema, epoch, markers. */
export async function groundLaid(bench: ProjectionBench): Promise<void> {
  await bench.worker({ sweepMs: 50 });
  await bench.settled();
  await bench.stopWorkers();
}

/** As if their time had run out: saves the tests five seconds each. */
export async function expireLeases(bench: ProjectionBench): Promise<void> {
  await bench.owner.query("UPDATE projection_shards SET lease_until = now() - interval '1 second' WHERE holder IS NOT NULL");
}

/** Whoever holds all shards. */
export async function onlyHolder(bench: ProjectionBench): Promise<string | undefined> {
  const rows = await bench.owner.query<{ holder: string | null }>(
    'SELECT DISTINCT holder FROM projection_shards WHERE lease_until > now()',
  );
  return rows.length === 1 ? (rows[0]?.holder ?? undefined) : undefined;
}
