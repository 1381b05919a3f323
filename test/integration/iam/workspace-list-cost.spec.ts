import type { TenantRole } from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as sql from '../../../libs/iam/src/workspaces/adapters/pg-workspace-lists-sql.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { OwnerConnection } from './support/owner-connection.ts';
import { rowsRead } from './support/rows-read.ts';

/** A root, 50 workspaces below it, and 199 below each of these: 10,001. */
const branches = 50;
const leaves = 199;
const page = 51;

let database: TestDatabase;
let owner: OwnerConnection;
let tenantId: TenantId;
let root: WorkspaceId;
let branchIds: WorkspaceId[];

let people: Record<'operator' | 'top' | 'half' | 'twenty' | 'none', UserId>;

async function person(role: TenantRole = 'member'): Promise<UserId> {
  const userId = await owner.insertUser();
  await owner.insertMember(tenantId, userId, role);
  return userId;
}

async function viewerOf(...workspaces: readonly WorkspaceId[]): Promise<UserId> {
  const userId = await person();
  for (const id of workspaces) await owner.insertWorkspaceMember(tenantId, id, userId, 'viewer');
  return userId;
}

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await OwnerConnection.open(database.url);
  tenantId = await owner.insertTenant();
  root = await owner.insertWorkspace(tenantId);
  branchIds = [];
  for (let nth = 0; nth < branches; nth += 1) branchIds.push(await owner.insertWorkspace(tenantId, root));
  await owner.query(
    `INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, state, version, created_at, updated_at)
     SELECT '01' || upper(substr(md5(b.id || n), 1, 24)), $1, b.id, 'leaf ' || n, 'leaf-' || lower(b.id) || '-' || n, 'active', 1, now(), now()
     FROM unnest($2::text[]) AS b (id), generate_series(1, $3::integer) AS n`,
    [tenantId, branchIds, leaves],
  );
  const leavesOf = await owner.query<{ id: WorkspaceId }>(`SELECT id FROM workspaces WHERE name = 'leaf 7' ORDER BY id LIMIT 20`);
  people = {
    operator: await person('operator'),
    top: await viewerOf(root),
    half: await viewerOf(...branchIds.slice(0, branches / 2)),
    twenty: await viewerOf(...leavesOf.map(({ id }) => id)),
    none: await person(),
  };
  await owner.query('ANALYZE');
  await owner.query('SET ROLE tenantry_runtime');
  await owner.query(`SELECT set_config('tenantry.tenant', '${tenantId}', false)`);
});
afterAll(async () => {
  await owner?.close();
  await database?.drop();
});

const parameters: Readonly<Record<string, string>> = {
  workspace_list_all: 'text, text, text, bigint, boolean, bigint, integer',
  workspace_list_subtree: 'text, text, text, bigint, boolean, bigint, integer, text',
  workspace_list_children: 'text, text, text, bigint, boolean, bigint, text',
};

const read = (mode: string, { name, text }: { name: string; text: string }, userId: UserId, more: readonly unknown[]) => {
  const values = [tenantId, userId, '', page, false, 2_000, ...more];
  return rowsRead(owner, mode, { text, types: parameters[name] ?? '', values }, ['workspaces']);
};

const collected = 1_000;

describe.each(['force_custom_plan', 'force_generic_plan'])(
  'W-7 rows read for a page of 50 in a tenant of 10,000 workspaces, %s',
  (mode) => {
    const cost = async (userId: UserId) => ({
      all: await read(mode, sql.all, userId, [collected]),
      subtree: await read(mode, sql.subtree, userId, [collected, root]),
      children: await read(mode, sql.children, userId, [root]),
    });

    /** The page twice: found, and shown. `subtree` first learns that there is too much below to collect it. */
    it('W-7 whoever sees all by their tenant role reads the page', async () => {
      const { all, subtree, children } = await cost(people.operator);
      expect(all).toBeLessThanOrEqual(3 * page);
      expect(subtree).toBeLessThanOrEqual(collected + 5 * page);
      expect(children).toBeLessThanOrEqual(3 * page);
    });

    it('W-7 whoever sees all or half by roles that come down reads at most what may be collected, and the page', async () => {
      for (const userId of [people.top, people.half]) {
        const { all, subtree, children } = await cost(userId);
        expect(all).toBeLessThanOrEqual(collected + 10 * page);
        expect(subtree).toBeLessThanOrEqual(2 * collected + 15 * page);
        expect(children).toBeLessThanOrEqual(10 * page);
      }
    });

    it('W-7 whoever sees 20 reads about 20, and whoever sees none reads none', async () => {
      const twenty = await cost(people.twenty);
      expect([twenty.all, twenty.subtree].every((rows) => rows <= 100)).toBe(true);
      expect(await cost(people.none)).toMatchObject({ all: 0, subtree: 0 });
    });
  },
);
