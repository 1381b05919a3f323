import { bucketOf, platformBucket } from '#database';
import { projectionVersion } from '#database/nest';
import { AddTenantMember } from '#iam';
import { actingUser } from '#kernel/testing';
import { GraphDesk, ReasonMissing, SelectorInvalid, ShardCountInvalid, ShardNotFound } from '#outbox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { HandRun, OperatorsDesk } from './support/operators-desk.ts';
import { ProjectionBench } from './support/projection-bench.ts';

let bench: ProjectionBench;
let at: OperatorsDesk;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  at = await OperatorsDesk.open(bench);
  await bench.worker({ sweepMs: 50 });
  await bench.isExact();
});
afterAll(async () => {
  await at?.close();
  await bench?.close();
});

const sizes = async () =>
  (
    await bench.owner.query<{ n: number }>(
      'SELECT count(b.bucket)::integer AS n FROM projection_shards s LEFT JOIN projection_buckets b USING (shard) GROUP BY s.shard ORDER BY s.shard',
    )
  ).map(({ n }) => n);

async function reshard(shards: number, run?: HandRun) {
  await at.desk.reshard.request(at.context(), shards);
  return at.run('reshard', run);
}

describe('another number of shards', () => {
  it('P-2 is taken up by workers that run, without losing a command meanwhile and without a rebuild', async () => {
    const ada = await bench.user();
    const { id } = await bench.tenant(ada);
    const epoch = await bench.epoch();
    const adding = (async () => {
      for (let nth = 0; nth < 20; nth += 1)
        await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: id, userId: await bench.user(), role: 'member' });
    })();
    expect(await reshard(6)).toMatchObject({ shards: [0, 1, 2, 3, 5, 6] });
    await adding;
    const found = await sizes();
    expect(found[4]).toBe(1); // the platform's own
    expect(Math.max(...found.toSpliced(4, 1)) - Math.min(...found.toSpliced(4, 1))).toBeLessThanOrEqual(1);
    await eventually(async () => (await at.desk.look.run()).shards.every(({ holder }) => holder !== null), {
      within: 5_000,
      what: 'a holder of each',
    });
    await bench.isExact();
    expect([await bench.isReady(), await bench.epoch()]).toEqual([true, epoch]);
    for (let nth = 0; nth < 6; nth += 1) await bench.tenant(await bench.user());
    await bench.isExact();
  });

  it('P-2 and fewer of them again, the rest being left empty', async () => {
    expect(await reshard(2)).toMatchObject({ shards: [0, 1] });
    expect(await sizes()).toEqual([128, 128, 0, 0, 1, 0, 0]);
    await bench.tenant(await bench.user());
    await bench.isExact();
  });

  it('P-2 goes on after it was stopped half way, and gives those a place that belong to nobody', async () => {
    await at.desk.reshard.request(at.context(), 4);
    const first = new HandRun({ shards: 4 });
    first.onReport = ({ done }) => (done > 0 ? first.stop() : undefined);
    await expect(at.run('reshard', first)).rejects.toThrow('stopped');
    await bench.owner.query('UPDATE projection_buckets SET shard = NULL WHERE bucket IN (7, 8)');
    expect((await at.desk.look.run()).unassigned_buckets).toEqual([7, 8]);
    expect((await at.desk.look.run()).well).toBe(false);
    await at.run('reshard', new HandRun({ shards: 4 }, first.checkpoint));
    expect((await sizes()).slice(0, 5)).toEqual([64, 64, 64, 64, 1]);
    expect((await at.desk.look.run()).unassigned_buckets).toEqual([]);
    await bench.isExact();
  });

  it('P-2 a graph that is lost afterwards is rebuilt by all of them', async () => {
    const epoch = await bench.epoch();
    await bench.engine.restart();
    await eventually(async () => (await bench.epoch()) !== epoch, { within: 15_000, what: 'a new epoch' });
    await bench.isExact(30_000);
  });

  it.each([0, 17, -1, 1.5, Number.NaN])('%s of them are refused, and nothing is done', async (shards) => {
    const asked = at.operations.requests.length;
    await expect(at.desk.reshard.request(at.context(), shards)).rejects.toThrow(ShardCountInvalid);
    expect(at.operations.requests).toHaveLength(asked);
  });

  it('P-10 is not under way while the graph is rebuilt, nor the other way round', async () => {
    await at.desk.reshard.request(at.context(), 4);
    const exclusive = at.operations.requests.at(-1)?.exclusive;
    expect(exclusive).toBeDefined();
    const desk = new GraphDesk({ ...at.connection, operations: at.operations });
    for (const fromScratch of [true, false]) {
      await desk.rebuild(at.context(), { fromScratch });
      expect(at.operations.requests.at(-1)).toMatchObject({ kind: 'rebuild', exclusive });
    }
  });

  it('moving buckets by hand is written down before it is done', async () => {
    await at.desk.reshard.move(at.context(), [{ bucket: 3, shard: 0 }]);
    expect((await at.audited('projection.buckets_move_begun')).at(-1)?.after).toEqual({ moves: [{ bucket: 3, shard: 0 }] });
    expect(await bench.owner.query('SELECT shard FROM projection_buckets WHERE bucket = 3')).toEqual([{ shard: 0 }]);
  });
});

describe('moving buckets that cannot be moved', () => {
  it('is refused, and leaves no trace of something that was done', async () => {
    const before = await at.audited('projection.buckets_move_begun');
    for (const move of [
      { bucket: 999, shard: 0 },
      { bucket: 3, shard: 77 },
      { bucket: platformBucket, shard: 0 },
    ])
      await expect(at.desk.reshard.move(at.context(), [move])).rejects.toThrow('cannot move');
    expect(await at.audited('projection.buckets_move_begun')).toEqual(before);
  });
});

describe('pausing a shard', () => {
  it('is written down with what was before, and so is going on', async () => {
    await at.desk.shards.pause(at.context(), 1, 'grants', '  a wrong schema ');
    expect((await at.audited('projection.shard_paused')).at(-1)).toMatchObject({
      target_id: '1',
      before: { paused: 'no', reason: null },
      after: { paused: 'grants', reason: 'a wrong schema' },
    });
    expect((await at.desk.look.run()).well).toBe(false);
    await at.desk.shards.resume(at.context(), 1);
    expect((await at.audited('projection.shard_resumed')).at(-1)).toMatchObject({ before: { paused: 'grants' }, after: { paused: 'no' } });
  });

  it('that is not there, or without a reason, is refused', async () => {
    await expect(at.desk.shards.pause(at.context(), 77, 'all', 'why not')).rejects.toThrow(ShardNotFound);
    await expect(at.desk.shards.resume(at.context(), 99_999)).rejects.toThrow(ShardNotFound);
    await expect(at.desk.shards.pause(at.context(), 1, 'all', ' ')).rejects.toThrow(ReasonMissing);
  });
});

describe('P-11 the state of the projection', () => {
  it('P-11 tells of each shard, and of the tenants with the largest backlog', async () => {
    await bench.stopWorkers();
    const [ada, ben] = [await bench.user(), await bench.user()];
    const [large, small] = [await bench.tenant(ada), await bench.tenant(ben)];
    for (let nth = 0; nth < 5; nth += 1)
      await bench.iam.do(actingUser(ada), AddTenantMember, { tenantId: large.id, userId: await bench.user(), role: 'member' });
    const { shards, tenants, epoch } = await at.desk.look.run({ tenants: 2 });
    expect(shards.map(({ shard }) => shard)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(shards[4]).toMatchObject({
      buckets: 1,
      epoch,
      seq: expect.stringMatching(/^\d+$/),
      rebuild: null,
      projection_version: projectionVersion,
    });
    expect(tenants.map(({ tenant_id }) => tenant_id)).toContain(large.id);
    const [one] = (await at.desk.look.run({ tenant: small.id })).tenants;
    expect(one).toMatchObject({ tenant_id: small.id, dead: 0, oldest: { position: expect.stringMatching(/^\d+$/) } });
    const [shard] = await bench.owner.query<{ shard: number }>('SELECT shard FROM projection_buckets WHERE bucket = $1', [
      bucketOf(small.id),
    ]);
    expect(one?.shard).toBe(shard?.shard);
    expect(platformBucket).toBe(256);
    await expect(at.desk.look.run({ tenant: 'nobody-here' })).rejects.toThrow(SelectorInvalid);
    await bench.worker({ sweepMs: 50 });
    await bench.isExact();
  });
});
