import { OperationWaits } from '#governance';
import { PgGraphMapping } from '#iam/nest';
import { RebuildHandler } from '#outbox/nest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { LiveRebuild } from './support/live-rebuild.ts';
import { HandRun, OperatorsDesk } from './support/operators-desk.ts';
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

  it('P-11 P-10 is seen in the state of the projection, shard by shard, and so is what the engine refused of it', async () => {
    const worker = await bench.worker({ sweepMs: 100 });
    await bench.tenant(await bench.user());
    await bench.isExact();
    const at = await OperatorsDesk.open(bench);
    const look = async () => (await at.desk.look.run()).shards.map(({ rebuild }) => rebuild);
    expect(new Set(await look())).toEqual(new Set([null]));
    await paused('all');
    const rebuild = new LiveRebuild(worker);
    await rebuild.begin();
    await bench.owner.query('UPDATE projection_shards SET rebuild_phase = 3, rebuild_done = 17 WHERE shard = 2');
    expect((await look()).slice(1, 3)).toEqual([
      { kind: 'graph in use', phase: 0, relationships: 0 },
      { kind: 'graph in use', phase: 3, relationships: 17 },
    ]);
    await rebuild.rebuilds.callOff(rebuild.id);
    await paused('no');
    expect(new Set(await look())).toEqual(new Set([null]));
    await bench.owner.query(
      "INSERT INTO projection_refusals (shard, edge, error) VALUES (1, 'tenant:x#member@user:y', 'INVALID_ARGUMENT')",
    );
    const { rebuild_refusals: refusals, rebuild_phases: phases, well } = await at.desk.look.run();
    expect(refusals).toMatchObject({ count: 1, newest: [{ shard: 1, relationship: 'tenant:x#member@user:y', error: 'INVALID_ARGUMENT' }] });
    expect([well, phases]).toEqual([false, new PgGraphMapping().phases]);
    await at.close();
  });
});
