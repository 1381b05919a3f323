import pg from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabase } from '../../support/test-database.ts';

test('a test database is migrated, its own, and gone after the test', async () => {
  const [one, other] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  expect(one.url).not.toBe(other.url);
  const client = new pg.Client({ connectionString: one.url });
  await client.connect();
  const { rows } = await client.query<{ tables: number }>("SELECT count(*)::int AS tables FROM pg_tables WHERE schemaname = 'tenantry'");
  expect(rows[0]?.tables).toBeGreaterThan(5);
  await client.end();
  await Promise.all([one.drop(), other.drop()]);
  await expect(new pg.Client({ connectionString: one.url }).connect()).rejects.toMatchObject({ code: '3D000' });
});
