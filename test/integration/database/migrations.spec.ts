import { revertMigration, runMigrations } from '#database/nest';
import { migrations } from '#migrations';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { snapshotCatalog } from './support/catalog-snapshot.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owner.ts';
import { seed } from './support/seed.ts';

const applied = migrations.length;
const steps = migrations.map((_, index) => applied - index);

/** Goes back by so many migrations, newest first. */
async function revert(database: OwnedDatabase, count: number): Promise<void> {
  for (let step = 0; step < count; step += 1) await revertMigration({ url: database.url });
}

describe('D-3 migrations', () => {
  let fresh: Record<string, string[]>;
  let database: OwnedDatabase;

  beforeAll(async () => {
    database = await createOwnedDatabase();
    fresh = await snapshotCatalog(database.owner);
  });
  afterAll(() => database.drop());

  it('leave a snapshot that tells schemas apart', async () => {
    await database.owner.query('BEGIN; CREATE INDEX planted ON tenants (name)');
    expect(await snapshotCatalog(database.owner)).not.toEqual(fresh);
    await database.owner.query('ROLLBACK');
  });

  it('applied a second time do nothing', async () => {
    expect(await runMigrations({ url: database.url })).toEqual([]);
  });

  it.each(steps)('up, down by %i and up again on data end in the schema of a fresh install', async (count) => {
    await seed(database.owner);
    await revert(database, count);
    await seed(database.owner);
    expect(await runMigrations({ url: database.url })).toEqual(migrations.slice(applied - count).map(({ name }) => name));
    expect(await snapshotCatalog(database.owner)).toEqual(fresh);
  });

  it('M-7 taken back behind ends leave no membership that had one, for it would last for ever', async () => {
    const own = await createOwnedDatabase();
    await seed(own.owner);
    const members = async () => (await own.owner.query<{ user_id: string }>('SELECT user_id FROM tenant_members ORDER BY user_id')).rows;
    const [temporary, lasting] = await members();
    await own.owner.query('UPDATE tenant_members SET expires_at = now() WHERE user_id = $1', [temporary?.user_id]);
    await revert(own, applied - migrations.findIndex(({ name }) => name === 'GroupsAndExpiry1763700000003'));
    expect(await members()).toEqual([lasting]);
    await own.drop();
  });

  it('taken back to the start leave nothing behind but the list of migrations', async () => {
    await seed(database.owner);
    await revert(database, applied);
    const { rows } = await database.owner.query<{ name: string }>(`SELECT relname AS name FROM pg_class
      WHERE relnamespace = 'tenantry'::regnamespace AND relkind IN ('r', 'p') UNION ALL
      SELECT proname FROM pg_proc WHERE pronamespace = 'tenantry'::regnamespace`);
    expect(rows.map(({ name }) => name)).toEqual(['migrations']);
  });
});
