import { GraphNotCurrent } from '#authorization';
import { edge } from '#authorization/testing';
import { AddTenantMember } from '#iam';
import { actingUser, anId } from '#kernel/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandsMeanwhile } from './support/commands-meanwhile.ts';
import { eventually } from '../../support/eventually.ts';
import { damage, damageScene } from './support/damage.ts';
import { logEvent, poisonedMember } from './support/log-event.ts';
import { ProjectionBench } from './support/projection-bench.ts';
import { SmallWorld } from './support/small-world.ts';
import { Verifying } from './support/verifying.ts';

let bench: ProjectionBench;
let verifying: Verifying;

beforeEach(async () => {
  bench = await ProjectionBench.open();
  verifying = Verifying.open(bench);
});
afterEach(async () => {
  await verifying?.close();
  await bench?.close();
});

describe('P-9 verify', () => {
  it('P-9 names each drift by its kind, and nothing else', async () => {
    await bench.worker();
    const scene = await damageScene(bench);
    await bench.isExact();
    expect(await verifying.names()).toEqual([]);
    const expected = await damage(bench, scene);
    expect(await verifying.names()).toEqual(expected);
    expect(verifying.tally.unsettled).toBe(0);
  });

  it('P-9 of one tenant names what lies on its objects, and leaves out what belongs to nobody', async () => {
    await bench.worker();
    const scene = await damageScene(bench);
    await bench.isExact();
    const expected = await damage(bench, scene);
    const { tenantId, otherTenant } = scene;
    const ofOther = expected.filter((name) => name.includes(`tenant:${otherTenant}#`));
    expect(await verifying.names({ kind: 'tenant', tenantId: otherTenant })).toEqual(ofOther);
    const own = expected.filter((name) => !name.includes(`tenant:${otherTenant}#`) && !/^orphan|resource:/.test(name));
    expect(await verifying.names({ kind: 'tenant', tenantId })).toEqual(own);
  });

  it('P-9 never calls a change under way drift, and finds all drift, while commands run', async () => {
    await bench.worker();
    const scene = await damageScene(bench);
    const world = await SmallWorld.create(bench);
    await bench.settled();
    const expected = await damage(bench, scene);
    const commands = commandsMeanwhile(world);
    try {
      for (let round = 0; round < 8; round += 1) {
        expect(await verifying.names()).toEqual(expected);
        expect(verifying.tally.unsettled).toBe(0);
      }
    } finally {
      console.info(`verified 8 times while ${await commands.stop()} commands took effect`);
    }
  });

  it('P-9 stops past a bound, says that there is more than it names', async () => {
    await bench.worker();
    await bench.settled();
    const nowhere = anId();
    const strangers = Array.from({ length: 2_100 }, () => edge(`tenant:${nowhere}#member@user:${anId()}`));
    for (let from = 0; from < strangers.length; from += 500)
      await bench.graph.write(strangers.slice(from, from + 500).map((relationship) => ({ operation: 'touch', relationship })));
    const result = await verifying.verify(300);
    expect(result).toMatchObject({ truncated: true, drift: 2_000, unsettled: 0, counts: { orphan: 2_000 } });
    expect(result['findings']).toHaveLength(1_000);
    expect(await verifying.verify(5_000)).toMatchObject({ truncated: false, drift: 2_100 });
  });

  it('P-9 counts as unsettled what waits behind a stopped shard, and does not call it drift', async () => {
    await bench.worker();
    const scene = await damageScene(bench);
    await bench.settled();
    await bench.owner.query("UPDATE projection_shards SET paused = 'all'");
    const userId = await bench.user();
    await bench.iam.do(actingUser(scene.ada), AddTenantMember, { tenantId: scene.tenantId, userId, role: 'admin' });
    expect(await verifying.names(undefined, { patience: { each: 200, total: 200 } })).toEqual([]);
    expect(verifying.tally.unsettled).toBe(3);
    await bench.owner.query("UPDATE projection_shards SET paused = 'no'");
    await bench.settled();
    expect(await verifying.names()).toEqual([]);
  });

  it('P-9 finds a shard at rest that has just set an event aside', async () => {
    await bench.worker();
    const scene = await damageScene(bench);
    await bench.isExact();
    await logEvent(bench.owner, poisonedMember(scene.tenantId));
    await eventually(async () => (await bench.dead()).length === 1, { what: 'a dead event' });
    const expected = await damage(bench, scene);
    expect(await verifying.names()).toEqual(expected);
  });

  it('P-9 says that a graph which is not complete cannot be verified', async () => {
    await bench.worker();
    await bench.settled();
    const epoch = await bench.epoch();
    await bench.graph.write([{ operation: 'delete', relationship: edge(`projection_epoch:${epoch}#current@projection_probe:probe`) }]);
    await bench.stopWorkers();
    await expect(verifying.names()).rejects.toThrow(GraphNotCurrent);
    await bench.graph.write([{ operation: 'touch', relationship: edge(`projection_epoch:${epoch}#current@projection_probe:probe`) }]);
  });
});
