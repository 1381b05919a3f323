import { platformPool } from '#database/nest';
import { UlidGenerator } from '#kernel';
import { PgShardRegistry, PgWorkList } from '#outbox/nest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LiveRebuild } from './support/live-rebuild.ts';
import { OperatorsDesk } from './support/operators-desk.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
beforeEach(async () => {
  bench = await ProjectionBench.open();
});
afterEach(() => bench?.close());

describe('P-10 a rebuild whose operation is cancelled', () => {
  it('P-10 while no worker is at it, goes no further either', async () => {
    const worker = await bench.worker({ sweepMs: 100 });
    await bench.tenant(await bench.user());
    await bench.isExact();
    await bench.owner.query("UPDATE projection_shards SET paused = 'all'");
    const rebuild = new LiveRebuild(worker);
    await rebuild.begin();
    const purposes = async () => {
      const held = await bench.owner.query<{ shard: number; holder: string }>('SELECT shard, holder FROM projection_shards ORDER BY shard');
      const nothing = { above: 0n, revokingLimit: 1, limit: 0, fromBothEnds: false };
      const list = new PgWorkList(worker.pool);
      return Promise.all(held.map((each) => list.inSnapshot({ ...each, ...nothing }, async ({ shard }) => shard?.rebuild?.live)));
    };
    const at = await OperatorsDesk.open(bench);
    const shown = async () => new Set((await at.desk.look.run()).shards.map((shard) => shard.rebuild?.kind));
    expect(new Set(await purposes())).toEqual(new Set([rebuild.id]));
    expect(await shown()).toEqual(new Set(['graph in use']));
    await bench.owner.query(
      `INSERT INTO operations (id, kind, state, request, requested_by, request_id, created_at, updated_at, finished_at)
       VALUES ($1, 'rebuild', 'cancelled', '{}', '{}', 'test', now(), now(), now())`,
      [rebuild.id],
    );
    expect(new Set(await purposes())).toEqual(new Set([undefined]));
    expect(await shown()).toEqual(new Set([undefined]));
    await at.close();
  });

  it('P-10 that of a shard which was found suspect is neither replaced by one that is asked for nor called off with it', async () => {
    await bench.worker({ sweepMs: 100 });
    await bench.tenant(await bench.user());
    await bench.isExact();
    await bench.stopWorkers();
    const pool = platformPool({ url: bench.database.url, poolSize: 2 });
    const registry = new PgShardRegistry(pool, new UlidGenerator());
    const rebuild = new LiveRebuild({ pool });
    const names = async () =>
      (await bench.owner.query<{ name: string }>('SELECT live_rebuild AS name FROM projection_shards ORDER BY shard')).map(
        ({ name }) => name,
      );
    expect(await rebuild.begin()).toBe(true);
    const claim = await registry.claim(0, 'test');
    const marker = { epoch: claim?.epoch ?? '', seq: (claim?.recorded?.seq ?? 0n) + 5n, nonce: 'abc' };
    expect(await registry.enter(0, 'test', marker, 'token', true)).toBe(true);
    const own = `${marker.epoch}-${marker.seq}-abc`;
    expect(await names()).toEqual([own, rebuild.id, rebuild.id, rebuild.id, rebuild.id]);
    expect(await rebuild.state()).toBe('under_way');
    await rebuild.rebuilds.callOff(rebuild.id);
    expect(await names()).toEqual([own, null, null, null, null]);
    expect(await rebuild.state()).toBe('gone');
    expect(await rebuild.begin()).toBe(false);
    expect(await names()).toEqual([own, null, null, null, null]);
    await pool.end();
  });
});
