import type { TenantId, UserId, WorkspaceId } from '#kernel';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { OwnerConnection } from './support/owner-connection.ts';

let database: TestDatabase;
let owner: OwnerConnection;
let runtime: pg.Client;
let acme: TenantId;
let globex: TenantId;
let ada: UserId;
let bob: UserId;
let acmeRoot: WorkspaceId;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await OwnerConnection.open(database.url);
  runtime = new pg.Client({ connectionString: database.url, options: '-c role=tenantry_runtime -c search_path=tenantry' });
  await runtime.connect();
  [ada, bob] = [await owner.insertUser(), await owner.insertPlatformAdmin()];
  [acme, globex] = [await owner.insertTenantWithAdmins(ada), await owner.insertTenantWithAdmins(bob)];
  acmeRoot = await owner.insertWorkspace(acme);
  await owner.insertWorkspace(globex);
  await owner.insertWorkspaceMember(acme, acmeRoot, ada, 'owner');
});
afterAll(async () => {
  await runtime.end();
  await owner.close();
  await database.drop();
});

const tables = [
  'tenants',
  'tenant_members',
  'workspaces',
  'workspace_members',
  'removed_memberships',
  'users',
  'identities',
  'platform',
  'platform_admins',
  'removed_platform_admins',
];

describe('M-5 the database itself refuses links between tenants', () => {
  test('a user of another tenant gets no role in a workspace', async () => {
    const granted = owner.insertWorkspaceMember(acme, acmeRoot, bob, 'viewer');
    await expect(granted).rejects.toMatchObject({ constraint: 'workspace_members_user_in_tenant' });
  });

  test('a role in a workspace names the workspace’s own tenant', async () => {
    const granted = owner.insertWorkspaceMember(globex, acmeRoot, bob, 'viewer');
    await expect(granted).rejects.toMatchObject({ constraint: 'workspace_members_workspace' });
  });

  test('a workspace has no parent in another tenant', async () => {
    await expect(owner.insertWorkspace(globex, acmeRoot)).rejects.toMatchObject({ constraint: 'workspaces_parent_in_tenant' });
  });

  test('nothing moves to another tenant, not even by its owner', async () => {
    for (const table of ['tenant_members', 'workspaces', 'workspace_members']) {
      const moved = owner.query(`UPDATE ${table} SET tenant_id = $1 WHERE tenant_id = $2`, [globex, acme]);
      await expect(moved).rejects.toThrow(`tenant_id of ${table} is immutable`);
    }
  });

  test('a membership does not end while a role rests on it', async () => {
    const removed = owner.query('DELETE FROM tenant_members WHERE tenant_id = $1 AND user_id = $2', [acme, ada]);
    await expect(removed).rejects.toMatchObject({ constraint: 'workspace_members_user_in_tenant' });
  });
});

describe('D-2 row-level security is the second wall', () => {
  const countIn = async (scope: string | null) => {
    await runtime.query("SELECT set_config('tenantry.tenant', $1, false)", [scope ?? '']);
    const counts: Record<string, number> = {};
    for (const table of tables) {
      const { rows } = await runtime.query<{ n: number }>(`SELECT count(*)::integer AS n FROM ${table}`);
      counts[table] = rows[0]?.n ?? -1;
    }
    return counts;
  };

  test('a query without a tenant sees nothing', async () => {
    expect(Object.values(await countIn(null))).toEqual(tables.map(() => 0));
  });

  test('a query of a tenant sees that tenant and its people, and nothing of the platform', async () => {
    expect(await countIn(acme)).toEqual({
      tenants: 1,
      tenant_members: 1,
      workspaces: 1,
      workspace_members: 1,
      removed_memberships: 0,
      users: 1,
      identities: 0,
      platform: 0,
      platform_admins: 0,
      removed_platform_admins: 0,
    });
  });

  test('a tenant can write nothing into another', async () => {
    await runtime.query("SELECT set_config('tenantry.tenant', $1, false)", [acme]);
    const { rowCount } = await runtime.query('UPDATE tenants SET name = $2 WHERE id = $1', [globex, 'Mine']);
    expect(rowCount).toBe(0);
    const joined = runtime.query(
      `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at) VALUES ($1, $2, 'admin', 1, now(), now())`,
      [globex, ada],
    );
    await expect(joined).rejects.toMatchObject({ code: '42501' });
  });

  test('every table of this library has it switched on', async () => {
    const open = await owner.query<{ relname: string }>(
      `SELECT relname FROM pg_class WHERE relnamespace = 'tenantry'::regnamespace AND relkind IN ('r', 'p')
       AND NOT relrowsecurity AND relname = ANY ($1)`,
      [tables],
    );
    expect(open).toEqual([]);
  });
});
