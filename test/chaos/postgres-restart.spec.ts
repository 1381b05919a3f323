import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from '#database/nest';
import { migrateQueue } from '#outbox/nest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbeddedPostgres } from '../../apps/devstack/src/postgres/embedded-postgres.ts';
import { ProjectionBench } from '../integration/outbox/support/projection-bench.ts';
import { OwnerConnection } from '../integration/iam/support/owner-connection.ts';
import type { RunningService } from '../support/child-process.ts';
import { underLoad } from './support/load.ts';
import { groundLaid, startWorker } from './support/worker-process.ts';

const restarts = process.env.CHAOS_LONG === '1' ? 12 : 2;

let folder: string;
let postgres: EmbeddedPostgres;
let bench: ProjectionBench;
let worker: RunningService | undefined;

const start = (port: number) => EmbeddedPostgres.start({ folder, password: 'chaos', usualPort: port, exactPort: port !== 0 });

beforeAll(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'tenantry-chaos-')), 'data');
  postgres = await start(0);
  const url = postgres.url('postgres');
  await runMigrations({ url });
  await migrateQueue({ url });
  bench = await ProjectionBench.open({ database: { name: 'postgres', url, drop: () => Promise.resolve() } });
  await groundLaid(bench);
});
afterAll(async () => {
  await worker?.stop();
  await bench?.close().catch(() => undefined);
  await postgres?.stop();
  await rm(join(folder, '..'), { recursive: true, force: true });
});

describe('P-1 PostgreSQL restarted', () => {
  it('P-1 under load: what was committed is applied, nothing is dead, the graph is f(state)', async () => {
    worker = await startWorker(bench);
    const load = underLoad(bench);
    for (let round = 0; round < restarts; round += 1) {
      const commands = load.commands;
      await expect.poll(() => load.commands, { timeout: 20_000 }).toBeGreaterThan(commands + 40);
      await postgres.stop();
      postgres = await start(postgres.port);
    }
    await expect.poll(async () => load.unavailable, { timeout: 5_000 }).toBeGreaterThan(0);
    await load.end();
    const owner = await OwnerConnection.open(bench.database.url);
    await expect
      .poll(async () => (await owner.query("SELECT FROM outbox_pending WHERE state = 'pending'")).length, { timeout: 30_000 })
      .toBe(0);
    const { missing, extra } = await bench.driftSeenBy(owner);
    expect([missing.slice(0, 5), extra.slice(0, 5)]).toEqual([[], []]);
    expect((await owner.query("SELECT FROM outbox_pending WHERE state = 'dead'")).length).toBe(0);
    await owner.close();
  });
});
