import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as roles from '../../../libs/iam/src/workspaces/adapters/pg-workspace-membership-sql.ts';
import * as tree from '../../../libs/iam/src/workspaces/adapters/pg-workspace-sql.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { OwnerConnection } from './support/owner-connection.ts';
import { rowsRead } from './support/rows-read.ts';

/** Below the root, each owned by the same user. */
const children = 2_000;

let database: TestDatabase;
let owner: OwnerConnection;
let tenantId: TenantId;
let userId: UserId;
let child: WorkspaceId;

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await OwnerConnection.open(database.url);
  tenantId = await owner.insertTenant();
  userId = await owner.insertUser();
  await owner.insertMember(tenantId, userId, 'member');
  const root = await owner.insertWorkspace(tenantId);
  child = await owner.insertWorkspace(tenantId, root);
  await owner.query(
    `INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, state, version, created_at, updated_at)
     SELECT '01' || upper(substr(md5($2 || n), 1, 24)), $1, $2, 'child ' || n, 'child-' || n, 'active', 1, now(), now()
     FROM generate_series(1, $3::integer) AS n`,
    [tenantId, root, children],
  );
  await owner.query(
    `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
     SELECT $1, id, 'user', $2, 'owner', 1, now(), now() FROM workspaces WHERE tenant_id = $1`,
    [tenantId, userId],
  );
  await owner.query('SET ROLE tenantry_runtime');
  await owner.query(`SELECT set_config('tenantry.tenant', '${tenantId}', false)`);
});
afterAll(async () => {
  await owner?.close();
  await database?.drop();
});

const tables = ['workspaces', 'workspace_members', 'group_members'];

/** While many are made nobody tells the planner that they came, and a plan that was good for few is kept. */
describe.each(['before', 'after'])('what a command reads of a workspace in a tenant of 2,000, %s the planner heard of them', (when) => {
  beforeAll(async () => {
    if (when === 'before') return;
    await owner.query('RESET ROLE');
    await owner.query('ANALYZE');
    await owner.query('SET ROLE tenantry_runtime');
  });

  it.each(['force_custom_plan', 'force_generic_plan'])(
    'is the line from it to the root, and the roles of its owner there: %s',
    async (mode) => {
      const at = { types: 'text, text', values: [tenantId, child] };
      const forUser = { types: 'text, text, text', values: [tenantId, child, userId] };
      expect(await rowsRead(owner, mode, { ...at, text: tree.lineage.text }, tables)).toBe(2);
      expect(await rowsRead(owner, mode, { ...forUser, text: roles.ownRoles.text }, tables)).toBe(4);
      expect(await rowsRead(owner, mode, { ...forUser, text: roles.rolesThroughGroups.text }, tables)).toBeLessThanOrEqual(4);
    },
  );
});
