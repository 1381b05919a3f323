import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOwnedDatabase, type OwnedDatabase } from './support/owner.ts';
import { seed, seeded, seededTables } from './support/seed.ts';

const refusedByPolicy = { code: '42501' };

describe('D-2 row-level security is a second wall', () => {
  let database: OwnedDatabase;
  let unscoped: ClientBase;
  let first: ClientBase;
  let platform: ClientBase;

  beforeAll(async () => {
    database = await createOwnedDatabase();
    await seed(database.owner);
    unscoped = await database.asRuntime();
    first = await database.asRuntime(seeded.tenants[0]);
    platform = await database.asRuntime('*');
  });
  afterAll(() => database.drop());

  const count = async (client: ClientBase, table: string) => (await client.query(`SELECT FROM ${table}`)).rowCount;

  it('covers every table with a tenant_id', async () => {
    const { rows } = await database.owner.query<{ name: string }>(`SELECT c.relname AS name FROM pg_class c
      JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE c.relnamespace = 'tenantry'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition`);
    expect(seededTables).toEqual(expect.arrayContaining(rows.map(({ name }) => name)));
  });

  it.each(seededTables)('a query on %s without a tenant sees nothing', async (table) => {
    expect(await count(database.owner, table)).toBe(2);
    expect(await count(unscoped, table)).toBe(0);
  });

  it.each(seededTables)("a tenant's query on %s sees its own row only, the platform's sees all", async (table) => {
    expect(await count(first, table)).toBe(1);
    expect(await count(platform, table)).toBe(2);
  });

  it('a tenant can neither write into another nor move a row there', async () => {
    const insert = `INSERT INTO removed_memberships (tenant_id, scope_type, scope_id, subject_type, subject_id, version, removed_at)
      VALUES ($1, 'tenant', $1, 'user', 'somebody', 1, now())`;
    await expect(first.query(insert, [seeded.tenants[1]])).rejects.toMatchObject(refusedByPolicy);
    const { rowCount } = await first.query(`UPDATE workspaces SET name = 'Mine' WHERE id = $1`, [seeded.workspaces[1]]);
    expect(rowCount).toBe(0);
    await expect(
      platform.query('UPDATE workspaces SET tenant_id = $1 WHERE id = $2', [seeded.tenants[1], seeded.workspaces[0]]),
    ).rejects.toMatchObject({
      code: '23000',
    });
  });

  it("the database refuses a link to another tenant's workspace or user, whoever asks", async () => {
    const insert = `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
      VALUES ($1, $2, 'user', $3, 'viewer', 1, now(), now())`;
    const [tenant] = seeded.tenants;
    await expect(platform.query(insert, [tenant, seeded.workspaces[1], seeded.users[0]])).rejects.toMatchObject({ code: '23503' });
    await expect(platform.query(insert, [tenant, seeded.workspaces[0], seeded.users[1]])).rejects.toMatchObject({ code: '23503' });
  });

  it('is what stops them: with a policy switched off the rows show', async () => {
    await database.owner.query('ALTER TABLE workspaces DISABLE ROW LEVEL SECURITY');
    expect(await count(unscoped, 'workspaces')).toBe(2);
    await database.owner.query('ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY');
  });
});
