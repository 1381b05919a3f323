import type { RelationshipUpdate } from '#authorization';
import { PruneCapExceeded, type ContinuousVerification } from '#outbox/nest';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { damage, damageScene } from './support/damage.ts';
import { ProjectionBench } from './support/projection-bench.ts';
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

/** Tenants one by one, and then what belongs to none. */
async function round(continuous: ContinuousVerification): Promise<void> {
  const [{ tenants = 0 } = {}] = await bench.owner.query<{ tenants: number }>('SELECT count(*)::integer AS tenants FROM tenants');
  for (let step = 0; step <= tenants; step += 1) await continuous.step();
}

const audited = async () =>
  (
    await bench.owner.query<{ name: string }>(
      `SELECT (after->>'kind') || ' ' || (after->>'relationship') AS name FROM audit_entries WHERE action = 'projection.drift_found'`,
    )
  )
    .map(({ name }) => name)
    .sort();

/** Admins of the tenant whom no row knows. */
const strays = (tenantId: string, like: string, count: number): RelationshipUpdate[] =>
  Array.from({ length: count }, (_, nth) => ({
    operation: 'touch',
    relationship: {
      resource: { type: 'tenant', id: tenantId },
      relation: 'admin',
      subject: { type: 'user', id: `${String(nth).padStart(4, '0')}${like.slice(4)}` },
    },
  }));

const known = async () => Object.values((await verifying.ledger.status()).counts).reduce((sum, count) => sum + count, 0);

describe('P-9 verifying in the background', () => {
  it('P-9 a round finds all drift, and writes each finding into the audit trail once, however often it comes by', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    const continuous = verifying.continuous('one');
    await round(continuous);
    expect(await audited()).toEqual([]);
    expect((await verifying.ledger.status()).roundFinishedAt).not.toBeNull();

    const names = await damage(bench, scene);
    await round(continuous);
    await round(continuous);
    expect(await audited()).toEqual(names);
    expect(verifying.found).toHaveLength(names.length);
    expect((await verifying.ledger.status()).counts).toEqual({
      missing: 3,
      extra: 4,
      wrong_role: 3,
      wrong_expiry: 3,
      orphan: 2,
      foreign: 3,
    });

    await verifying.repair();
    await round(continuous);
    expect(await known()).toBe(0);
    expect(await audited()).toEqual(names);
  });

  it('P-9 with repair switched on, what is found is put right', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    const names = await damage(bench, scene);
    await round(verifying.continuous('one', { repair: true }));
    expect(await audited()).toEqual(names);
    expect(await known()).toBe(0);
    await bench.isExact();
  });

  it('P-9 a tenant with more to go than a repair may take away is told of, and the round goes on', async () => {
    const scene = await damageScene(bench);
    await bench.isExact();
    const many = strays(scene.tenantId, scene.ada, 1_001);
    for (let from = 0; from < many.length; from += 250) await bench.graph.write(many.slice(from, from + 250));
    const continuous = verifying.continuous('one', { repair: true });
    await round(continuous);
    expect(verifying.failures).toEqual([expect.any(PruneCapExceeded)]);
    expect(await known()).toBe(1_000);
    expect((await verifying.ledger.status()).roundFinishedAt).not.toBeNull();
  });

  it('P-9 what a repair of its own may take away is for the whole round, however many tenants share it', async () => {
    const scenes = [await damageScene(bench), await damageScene(bench)];
    await bench.isExact();
    for (const { tenantId, ada } of scenes) await bench.graph.write(strays(tenantId, ada, 600));
    const continuous = verifying.continuous('one', { repair: true });
    await round(continuous);
    expect(verifying.failures).toEqual([expect.any(PruneCapExceeded)]);
    expect(await known()).toBe(600);
    await round(continuous);
    expect(await known()).toBe(0);
  });

  it('P-9 one process at a time verifies, and another goes on where it stopped', async () => {
    await damageScene(bench);
    await bench.settled();
    const [one, other] = [verifying.continuous('one'), verifying.continuous('other')];
    const place = async () => (await bench.owner.query('SELECT holder, tenants_after FROM projection_verification'))[0];
    await one.step();
    const after = await place();
    expect(after).toMatchObject({ holder: 'one' });
    await other.step();
    expect(await place()).toEqual(after);
    await one.stop();
    await other.step();
    expect(await place()).toMatchObject({ holder: 'other' });
    expect((await place())?.['tenants_after']).not.toBe(after?.['tenants_after']);
  });

  it('P-9 another goes on after a minute in the place of one that died, which moves nothing any more', async () => {
    await damageScene(bench);
    await bench.settled();
    const [one, other] = [verifying.continuous('one'), verifying.continuous('other')];
    const place = async () => (await bench.owner.query('SELECT holder, tenants_after FROM projection_verification'))[0];
    await one.step();
    const left = await bench.owner.query("SELECT FROM projection_verification WHERE lease_until > now() + interval '50 seconds'");
    expect(left).toHaveLength(1);
    await bench.owner.query("UPDATE projection_verification SET lease_until = now() - interval '1 second'");
    await other.step();
    const after = await place();
    expect(after).toMatchObject({ holder: 'other' });
    await verifying.ledger.passed('one', 'elsewhere');
    await verifying.ledger.finished('one');
    expect([await verifying.ledger.renew('one'), await verifying.ledger.renew('other')]).toEqual([false, true]);
    expect(await place()).toEqual(after);
  });

  it('P-9 waits while the projection has much to do', async () => {
    const { tenantId } = await damageScene(bench);
    await bench.settled();
    await bench.stopWorkers();
    await bench.owner.query(
      `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version)
       SELECT position, now() - interval '1 minute', bucket, tenant_id, false, 1 FROM outbox_events WHERE tenant_id = $1 LIMIT 1`,
      [tenantId],
    );
    await verifying.continuous('one').step();
    expect((await bench.owner.query('SELECT holder FROM projection_verification'))[0]).toEqual({ holder: null });
  });
});
