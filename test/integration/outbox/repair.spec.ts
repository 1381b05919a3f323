import { FailPoints } from '#database';
import type { Json } from '#governance';
import { anId } from '#kernel/testing';
import { PruneCapExceeded } from '#outbox/nest';
import { edge } from '#authorization/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandsMeanwhile } from './support/commands-meanwhile.ts';
import { damage, damageScene } from './support/damage.ts';
import { ProjectionBench } from './support/projection-bench.ts';
import { SmallWorld } from './support/small-world.ts';
import { Verifying } from './support/verifying.ts';

let bench: ProjectionBench;
let verifying: Verifying;

beforeEach(async () => {
  bench = await ProjectionBench.open();
  verifying = Verifying.open(bench);
  await bench.worker();
});
afterEach(async () => {
  await verifying?.close();
  await bench?.close();
});

const logged = async () =>
  (
    await bench.owner.query<{ n: number }>(
      "SELECT count(*)::integer AS n FROM outbox_events WHERE type = 'projection.relationships_suspected'",
    )
  )[0]?.n;

describe('P-9 repair', () => {
  it('P-9 puts right every kind of drift; afterwards verify is clean, and a second repair does nothing', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    const names = await damage(bench, scene);
    expect(await verifying.repair()).toMatchObject({ drift: names.length, allowed: true, left: { drift: 0, not_applied: 0 } });
    expect(await verifying.names()).toEqual([]);
    await bench.isExact();
    expect(await verifying.repair()).toMatchObject({ drift: 0, to_go: 0, left: { drift: 0 } });
    expect(await logged()).toBe(3);
  });

  it('P-9 a dry run says what would be done, and does nothing', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    const names = await damage(bench, scene);
    const told = await verifying.repair({ dry_run: true });
    expect(told).toMatchObject({ dry_run: true, drift: names.length, to_go: 11, prune_cap: 1_000, allowed: true });
    expect(told['repaired']).toMatchObject({ extra: 0, missing: 0 });
    expect(await logged()).toBe(0);
    expect(await verifying.names()).toEqual(names);
  });

  it('P-9 refuses to take away more than the prune cap, and changes nothing', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    const names = await damage(bench, scene);
    expect(await verifying.repair({ dry_run: true, prune_cap: 10 })).toMatchObject({ to_go: 11, allowed: false });
    await expect(verifying.repair({ prune_cap: 10 })).rejects.toThrow(PruneCapExceeded);
    expect(await logged()).toBe(0);
    expect(await verifying.names()).toEqual(names);
    expect(await verifying.repair({ prune_cap: 11 })).toMatchObject({ left: { drift: 0 } });
    await bench.isExact();
  });

  it('P-9 goes on after a crash between an event and its checkpoint, and hands over nothing twice', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    const names = await damage(bench, scene);
    let passed = 0;
    const failPoints = FailPoints.calling(async () => {
      passed += 1;
      if (passed === 2) throw new Error('crash');
    });
    let checkpoint: Json = null;
    await expect(verifying.repair({}, { failPoints, kept: (stored) => (checkpoint = stored) })).rejects.toThrow('crash');
    expect(checkpoint).not.toBeNull();
    const told = await verifying.repair({}, { checkpoint });
    expect(told).toMatchObject({ left: { drift: 0, not_applied: 0 } });
    expect(told['drift']).toBeLessThan(names.length);
    expect(await logged()).toBe(3);
    await bench.isExact();
  });

  it('P-9 repairs while commands run, and takes nothing from them', async () => {
    const scene = await damageScene(bench);
    const world = await SmallWorld.create(bench);
    await bench.settled();
    const names = await damage(bench, scene);
    const commands = commandsMeanwhile(world);
    try {
      expect(await verifying.repair()).toMatchObject({ drift: names.length, left: { drift: 0, not_applied: 0 } });
      expect(await verifying.names()).toEqual([]);
    } finally {
      console.info(`repaired while ${await commands.stop()} commands took effect`);
    }
    await bench.isExact();
  });

  it('P-9 of one tenant touches no other', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    const names = await damage(bench, scene);
    const { otherTenant } = scene;
    const theirs = names.filter((name) => name.includes(`tenant:${otherTenant}#`));
    expect(await verifying.repair({ tenant_id: otherTenant })).toMatchObject({ drift: theirs.length, left: { drift: 0 } });
    expect(await verifying.names()).toEqual(names.filter((name) => !theirs.includes(name)));
    await expect(verifying.repair({ tenant_id: anId() })).rejects.toMatchObject({ code: 'tenant_not_found' });
  });

  it('P-9 what a repair hands over waits for workers that know it, and takes access away before it gives any', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    await bench.stopWorkers();
    const ghost = anId();
    await bench.graph.write([
      { operation: 'touch', relationship: edge(`tenant:${scene.tenantId}#member@user:${ghost}`) },
      { operation: 'delete', relationship: edge(`tenant:${scene.otherTenant}#member@user:${scene.ada}`) },
    ]);
    const repairing = verifying.repair();
    const waiting = () =>
      bench.owner.query<{ tenant_id: string; newer: boolean; revoking: boolean }>(
        'SELECT tenant_id, projection_version > 1 AS newer, revoking FROM outbox_pending ORDER BY revoking',
      );
    await expect.poll(async () => (await waiting()).length, { timeout: 10_000 }).toBe(2);
    expect(await waiting()).toEqual([
      { tenant_id: scene.otherTenant, newer: true, revoking: false },
      { tenant_id: scene.tenantId, newer: true, revoking: true },
    ]);
    await bench.worker();
    expect(await repairing).toMatchObject({ left: { drift: 0, not_applied: 0 } });
  });
});
