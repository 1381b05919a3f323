import type { GroupId, TenantId, UserId, WorkspaceId } from '#kernel';
import { anId } from '#kernel/testing';
import fc from 'fast-check';
import type { OwnerConnection } from './owner-connection.ts';

const expiry = fc.constantFrom('none' as const, 'none' as const, 'past' as const, 'future' as const);
type Expiry = 'none' | 'past' | 'future';

/** Who and what there is, by number: numbers beyond the end count from the start again, so that shrinking always leaves a world. */
export const plan = fc.record({
  suspended: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 9),
  /** The first is the root; each other one hangs below one before it. */
  nodes: fc.array(
    fc.record({ parent: fc.nat(7), inherits: fc.constantFrom(true, true, false), archived: fc.nat(5).map((dice) => dice === 5) }),
    {
      minLength: 1,
      maxLength: 8,
      size: 'max',
    },
  ),
  users: fc.array(
    fc.record({
      role: fc.constantFrom('member', 'member', 'member', 'operator', 'admin'),
      status: fc.constantFrom('active', 'active', 'active', 'active', 'suspended', 'deactivated'),
      expiry,
    }),
    { minLength: 1, maxLength: 4, size: 'max' },
  ),
  groups: fc.array(fc.array(fc.record({ user: fc.nat(3), role: fc.constantFrom('member', 'admin'), expiry }), { maxLength: 3 }), {
    maxLength: 2,
  }),
  grants: fc.array(fc.record({ node: fc.nat(7), to: fc.nat(5), role: fc.constantFrom('viewer', 'member', 'admin', 'owner'), expiry }), {
    maxLength: 8,
    size: 'max',
  }),
});

export type Plan = typeof plan extends fc.Arbitrary<infer Value> ? Value : never;

export interface World {
  readonly tenantId: TenantId;
  readonly workspaces: readonly WorkspaceId[];
  /** The last is in no tenant. */
  readonly users: readonly UserId[];
}

const tables = ['workspace_members', 'group_members', 'groups', 'workspaces', 'tenant_members', 'tenants', 'users'];

const ends: Readonly<Record<Expiry, Date | null>> = {
  none: null,
  past: new Date(Date.now() - 3_600_000),
  future: new Date(Date.now() + 3_600_000),
};

const nth = <Item>(items: readonly Item[], number: number): Item => items[number % items.length] as Item;

/** Writes it down as rows, in place of whatever was there before. */
export async function layOut(owner: OwnerConnection, chosen: Plan): Promise<World> {
  for (const table of tables) await owner.query(`DELETE FROM ${table}`);
  const tenantId = await owner.insertTenant();
  if (chosen.suspended) await owner.query(`UPDATE tenants SET state = 'suspended' WHERE id = $1`, [tenantId]);
  const users = await peopleOf(owner, tenantId, chosen);
  const groups = await groupsOf(owner, tenantId, users, chosen);
  const workspaces = await treeOf(owner, tenantId, chosen);
  const subjects = [...users.map((id) => ['user', id] as const), ...groups.map((id) => ['group', id] as const)];
  for (const { node, to, role, expiry: until } of chosen.grants) {
    const [type, id] = nth(subjects, to);
    await owner.query(
      `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, group_id, role, expires_at, version, joined_at, updated_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, 1, now(), now()) ON CONFLICT DO NOTHING`,
      [tenantId, nth(workspaces, node), type, id, type === 'group' ? id : null, role, type === 'group' ? null : ends[until]],
    );
  }
  return { tenantId, workspaces, users: [...users, await owner.insertUser()] };
}

async function peopleOf(owner: OwnerConnection, tenantId: TenantId, { users }: Plan): Promise<UserId[]> {
  const ids: UserId[] = [];
  for (const { role, status, expiry: until } of users) {
    const id = await owner.insertUser();
    await owner.query('UPDATE users SET status = $2 WHERE id = $1', [id, status]);
    await owner.query(
      `INSERT INTO tenant_members (tenant_id, user_id, role, expires_at, version, joined_at, updated_at) VALUES ($1, $2, $3, $4, 1, now(), now())`,
      [tenantId, id, role, ends[until]],
    );
    ids.push(id);
  }
  return ids;
}

async function groupsOf(owner: OwnerConnection, tenantId: TenantId, users: readonly UserId[], { groups }: Plan): Promise<GroupId[]> {
  const ids: GroupId[] = [];
  for (const members of groups) {
    const id = anId<GroupId>();
    await owner.query(`INSERT INTO groups (id, tenant_id, name, version, created_at, updated_at) VALUES ($1, $2, $1, 1, now(), now())`, [
      id,
      tenantId,
    ]);
    for (const { user, role, expiry: until } of members) {
      await owner.query(
        `INSERT INTO group_members (tenant_id, group_id, user_id, role, expires_at, version, joined_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, 1, now(), now()) ON CONFLICT DO NOTHING`,
        [tenantId, id, nth(users, user), role, ends[until]],
      );
    }
    ids.push(id);
  }
  return ids;
}

async function treeOf(owner: OwnerConnection, tenantId: TenantId, { nodes }: Plan): Promise<WorkspaceId[]> {
  const ids: WorkspaceId[] = [];
  for (const { parent, inherits, archived } of nodes) {
    const above = ids.length === 0 ? null : nth(ids, parent);
    const id = await owner.insertWorkspace(tenantId, above);
    await owner.query('UPDATE workspaces SET inherits = $2, state = $3 WHERE id = $1', [
      id,
      inherits,
      archived && above !== null ? 'archived' : 'active',
    ]);
    ids.push(id);
  }
  return ids;
}
