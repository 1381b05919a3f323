import { tenantScope } from '#kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ProjectedWorlds, workspacePermissions, type WorkspacePermission } from './support/projected-world.ts';
import { plan, type Plan, type World } from './support/random-tree.ts';

let worlds: ProjectedWorlds;

beforeAll(async () => {
  worlds = await ProjectedWorlds.open();
});
afterAll(() => worlds?.close());

type Row = Record<WorkspacePermission, boolean> & { readonly user: string; readonly workspace: string; readonly role: string | null };

/** What the rows say, by the same keys as the engine's answers. Read as the product reads, behind row-level security. */
async function rowsSay({ tenantId, users, workspaces }: World, source = 'effective_workspace_access'): Promise<readonly Row[]> {
  return worlds.database.read<Row>(tenantScope(tenantId), {
    text: `SELECT u.id AS user, w.id AS workspace, a.role, a.see, a.view, a.edit, a.manage, a.create_child, a.own
      FROM unnest($2::text[]) AS u (id), unnest($3::text[]) AS w (id), ${source}($1, w.id, u.id) AS a ORDER BY u.id, w.id`,
    values: [tenantId, users, workspaces],
  });
}

const said = (rows: readonly Row[], asked: readonly WorkspacePermission[] = workspacePermissions) =>
  new Map(rows.flatMap((row) => asked.map((permission) => [`${row.user} ${row.workspace} ${permission}`, row[permission]] as const)));

/** Roles, by what they lead to: without a tenant role of their own, this is all there is. */
const byRole: Readonly<Record<string, readonly WorkspacePermission[]>> = {
  owner: ['see', 'view', 'edit', 'manage', 'create_child', 'own'],
  admin: ['see', 'view', 'edit', 'manage', 'create_child'],
  member: ['see', 'view', 'edit'],
  viewer: ['see', 'view'],
};

test('M-9 the effective role by rows is what the engine answers, for any tree, roles, groups, ends and states', async () => {
  const yes: Record<string, number> = {};
  const roles: Record<string, number> = {};
  let asked = 0;
  const property = fc.asyncProperty(plan, async (chosen: Plan) => {
    const world = await worlds.make(chosen);
    const [engine, rows] = [await worlds.answers(world), await rowsSay(world)];
    expect(said(rows)).toEqual(engine);
    for (const [question, allowed] of engine) {
      asked += 1;
      const permission = question.split(' ')[2] ?? '';
      if (allowed) yes[permission] = (yes[permission] ?? 0) + 1;
    }
    for (const { role } of rows) roles[role ?? 'none'] = (roles[role ?? 'none'] ?? 0) + 1;
  });
  await fc.assert(property, { numRuns: 40 });
  console.log(`effective role: ${asked} questions in 40 worlds; yes: ${JSON.stringify(yes)}; roles: ${JSON.stringify(roles)}`);
  for (const permission of workspacePermissions) expect(yes[permission] ?? 0).toBeGreaterThan(0);
});

test('M-9 the name of the role and what it lets agree, and it is null for who holds none', async () => {
  const property = fc.asyncProperty(plan, async (chosen) => {
    const world = await worlds.make({ ...chosen, users: chosen.users.map((user) => ({ ...user, role: 'member' })) });
    const names = await worlds.database.read<{ user: string; workspace: string; role: string | null }>(tenantScope(world.tenantId), {
      text: `SELECT u.id AS user, w.id AS workspace, effective_workspace_role($1, w.id, u.id) AS role
        FROM unnest($2::text[]) AS u (id), unnest($3::text[]) AS w (id) ORDER BY u.id, w.id`,
      values: [world.tenantId, world.users, world.workspaces],
    });
    const access = await rowsSay(world);
    expect(names).toEqual(access.map(({ user, workspace, role }) => ({ user, workspace, role })));
    const [archived] = [await worlds.owner.query<{ id: string }>(`SELECT id FROM workspaces WHERE state = 'archived'`)];
    for (const row of access.filter(({ workspace }) => !archived.some(({ id }) => id === workspace))) {
      expect(workspacePermissions.filter((permission) => row[permission])).toEqual(byRole[row.role ?? ''] ?? []);
    }
  });
  await fc.assert(property, { numRuns: 20 });
});

test('a workspace of another tenant, or of none, is nobody’s', async () => {
  const chosen = { suspended: false, nodes: [{ parent: 0, inherits: true, archived: false }], groups: [], grants: [] };
  const world = await worlds.make({ ...chosen, users: [{ role: 'admin', status: 'active', expiry: 'none' }] });
  const foreign = await worlds.owner.insertTenant();
  const elsewhere = await worlds.owner.insertWorkspace(foreign);
  const rows = await rowsSay({ ...world, workspaces: [elsewhere, 'absent' as never] });
  for (const row of rows) expect(workspacePermissions.some((permission) => row[permission])).toBe(false);
  expect(rows.length).toBe(4);
});

test('a rule that is broken on purpose is found, and shrunk to the smallest tree that shows it', async () => {
  const [{ definition = '' } = {}] = await worlds.owner.query<{ definition: string }>(
    `SELECT pg_get_functiondef('effective_workspace_access(text, text, text)'::regprocedure) AS definition`,
  );
  const broken = definition.replaceAll('effective_workspace_access', 'broken_access').replace(/WHERE l\.inherits/, 'WHERE true');
  expect(broken).toContain('WHERE true');
  await worlds.owner.query(broken);
  const property = fc.asyncProperty(plan, async (chosen) => {
    const world = await worlds.make(chosen);
    expect(said(await rowsSay(world, 'broken_access'), ['see'])).toEqual(await worlds.answers(world, ['see']));
  });
  const { failed, counterexample, numShrinks } = await fc.check(property, { seed: 7, numRuns: 200 });
  expect(failed).toBe(true);
  const [{ nodes = [], users = [], groups = [], grants = [] } = {}] = counterexample ?? [];
  console.log(`broken inheritance: ${JSON.stringify(counterexample)} after ${numShrinks} steps`);
  // One grant, and below it a workspace that does not inherit.
  expect({ users: users.length, groups, grants: grants.length }).toEqual({ users: 1, groups: [], grants: 1 });
  expect(nodes.length).toBeLessThanOrEqual(3);
});
