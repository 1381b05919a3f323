import { OperationWaits } from '#governance';
import { PgGraphMapping } from '#iam/nest';
import { RebuildHandler } from '#outbox/nest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { LiveRebuild } from './support/live-rebuild.ts';
import { HandRun } from './support/operators-desk.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
beforeEach(async () => {
  bench = await ProjectionBench.open();
});
afterEach(() => bench?.close());

const paused = (how: 'all' | 'no') => bench.owner.query('UPDATE projection_shards SET paused = $1', [how]);
const inUse = { from_scratch: false };

describe('P-10 the operation of a rebuild', () => {
  it('P-10 follows a shard that is found suspect meanwhile to its end, also after a crash, and succeeds', async () => {
    const worker = await bench.worker({ sweepMs: 100 });
    await bench.tenant(await bench.user());
    await bench.isExact();
    const epoch = await bench.epoch();
    await paused('all');
    const { rebuilds } = new LiveRebuild(worker);
    const handler = new RebuildHandler(rebuilds, new PgGraphMapping());
    const first = new HandRun(inUse);
    first.onReport = () => first.stop();
    await expect(handler.run(first)).rejects.toThrow('stopped');
    await bench.stopWorkers();
    // As after a restore: the graph is ahead by more than one batch.
    await bench.owner.query('UPDATE projection_shards SET seq = seq - 3 WHERE shard = 1');
    const next = await bench.worker({ sweepMs: 100 });
    const name = async (column: string) =>
      (await bench.owner.query<{ name: string | null }>(`SELECT ${column} AS name FROM projection_shards WHERE shard = 1`))[0]?.name ?? '';
    await eventually(async () => (await name('live_rebuild')).startsWith(`${epoch}-`), { within: 10_000, what: 'a suspect shard' });
    const again = new RebuildHandler(new LiveRebuild(next).rebuilds, new PgGraphMapping(), 0);
    await expect(again.run(new HandRun(inUse, first.checkpoint))).rejects.toThrow(OperationWaits);
    await paused('no');
    expect(await again.run(new HandRun(inUse, first.checkpoint))).toMatchObject({ kind: 'graph in use', shards: 5 });
    expect(await name('live_rebuilt')).toContain(`${epoch}-`);
    expect(await bench.epoch()).toBe(epoch);
    await bench.isExact();
  });

  it('P-10 gives its place to others while its shards are paused, says so, and goes on to the end', async () => {
    const worker = await bench.worker({ sweepMs: 100 });
    await bench.tenant(await bench.user());
    await bench.isExact();
    await bench.owner.query("UPDATE projection_shards SET paused = 'all' WHERE shard IN (0, 2)");
    const handler = new RebuildHandler(new LiveRebuild(worker).rebuilds, new PgGraphMapping(), 1_000);
    let run = new HandRun(inUse);
    const waits = new OperationWaits('shard 0 is paused, shard 2 is paused');
    await expect(handler.run(run)).rejects.toEqual(waits);
    run = new HandRun(inUse, run.checkpoint);
    await expect(handler.run(run)).rejects.toEqual(waits);
    expect(run.reports).toEqual([]);
    await paused('no');
    expect(await handler.run(new HandRun(inUse, run.checkpoint))).toMatchObject({ kind: 'graph in use' });
    await bench.isExact();
  });
});
