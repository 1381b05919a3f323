import type { PageOf, UserId, WorkspaceId } from '#kernel';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PgWorkspaceLists } from '../../../libs/iam/src/workspaces/adapters/pg-workspace-lists.ts';
import { ProjectedWorlds } from './support/projected-world.ts';
import { plan, type World } from './support/random-tree.ts';

type Lists = PgWorkspaceLists;
type View = Awaited<ReturnType<Lists['all']>>['rows'][number];

let worlds: ProjectedWorlds;

beforeAll(async () => {
  worlds = await ProjectedWorlds.open();
});
afterAll(() => worlds?.close());

/** Every page of a list, each id once. */
async function allPages(page: (after?: string) => Promise<PageOf<View>>): Promise<View[]> {
  const rows: View[] = [];
  for (let after: string | undefined, pages = 0; ; pages += 1) {
    const { rows: some, next } = await page(after);
    rows.push(...some);
    if (next === null) break;
    expect(pages).toBeLessThan(30);
    after = next;
  }
  const ids = rows.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  return rows;
}

interface Asked {
  readonly name: string;
  /** Of which the list is, by the tree alone. */
  readonly domain: readonly WorkspaceId[];
  readonly list: (lists: Lists, userId: UserId, includeArchived: boolean) => Promise<View[]>;
}

async function treeOf(world: World) {
  const rows = await worlds.owner.query<{ id: WorkspaceId; parent_id: WorkspaceId | null; state: string }>(
    'SELECT id, parent_id, state FROM workspaces WHERE tenant_id = $1 ORDER BY id',
    [world.tenantId],
  );
  const parentOf = new Map(rows.map(({ id, parent_id: parent }) => [id, parent]));
  const above = (id: WorkspaceId): WorkspaceId[] => {
    const parent = parentOf.get(id) ?? null;
    return parent === null ? [] : [...above(parent), parent];
  };
  return { rows, above };
}

/** Every list that there is of this world. */
async function listsOf(world: World, limit: number): Promise<Asked[]> {
  const { rows, above } = await treeOf(world);
  const ids = rows.map(({ id }) => id);
  const from = (after?: string) => ({ tenantId: world.tenantId, limit, ...(after !== undefined && { after }) });
  const all: Asked = {
    name: 'all',
    domain: ids,
    list: (lists, userId, includeArchived) => allPages((after) => lists.all({ ...from(after), userId, includeArchived })),
  };
  const of = (kind: 'children' | 'ancestors' | 'subtree', workspaceId: WorkspaceId, domain: readonly WorkspaceId[]): Asked => ({
    name: kind,
    domain,
    list: (lists, userId, includeArchived) => allPages((after) => lists[kind]({ ...from(after), userId, includeArchived, workspaceId })),
  });
  return [
    all,
    ...ids.flatMap((id) => [
      of(
        'children',
        id,
        rows.filter((row) => row.parent_id === id).map((row) => row.id),
      ),
      of('ancestors', id, above(id)),
      of(
        'subtree',
        id,
        ids.filter((other) => above(other).includes(id)),
      ),
    ]),
  ];
}

const seen: Record<string, { candidates: number; allowed: number; lists: number }> = {};

async function holds(world: World, effort: { collected: number; walked: number }, limit: number): Promise<void> {
  const lists = new PgWorkspaceLists(worlds.database, effort);
  const engine = await worlds.answers(world, ['see', 'view']);
  for (const { name, domain, list } of await listsOf(world, limit)) {
    for (const userId of world.users) {
      for (const [includeArchived, permission] of [
        [false, 'view'],
        [true, 'see'],
      ] as const) {
        const candidates = (await list(lists, userId, includeArchived)).map(({ id }) => id);
        const allowed = domain.filter((id) => engine.get(`${userId} ${id} ${permission}`));
        const missing = allowed.filter((id) => !candidates.includes(id));
        expect({ name, missing, foreign: candidates.filter((id) => !domain.includes(id)) }).toEqual({ name, missing: [], foreign: [] });
        // In the list's own order: by id, ancestors from the root down.
        expect(candidates).toEqual(domain.filter((id) => candidates.includes(id)));
        const sum = (seen[name] ??= { candidates: 0, allowed: 0, lists: 0 });
        sum.candidates += candidates.length;
        sum.allowed += allowed.length;
        sum.lists += 1;
      }
    }
  }
}

const efforts = fc.record({ collected: fc.nat(4), walked: fc.integer({ min: 1, max: 4 }) });

test('W-7 the candidates hold everything that the engine lets the caller see, in every list, however little a statement may spend', async () => {
  const property = fc.asyncProperty(plan, efforts, fc.integer({ min: 1, max: 3 }), async (chosen, effort, limit) =>
    holds(await worlds.make(chosen), effort, limit),
  );
  await fc.assert(property, { numRuns: 40 });
  console.log(`candidates of 40 worlds: ${JSON.stringify(seen)}`);
  expect(seen.all?.allowed).toBeGreaterThan(20);
});

test('W-7 the candidates are no more than what the caller may see, but for people who are inside no longer', async () => {
  for (const name of Object.keys(seen)) delete seen[name];
  const property = fc.asyncProperty(plan, async (chosen) => {
    const inside = chosen.users.map((user) => ({ ...user, status: 'active' as const, expiry: 'none' as const }));
    await holds(await worlds.make({ ...chosen, suspended: false, users: inside }), { collected: 1_000, walked: 2_000 }, 50);
  });
  await fc.assert(property, { numRuns: 30 });
  console.log(`candidates of 30 worlds without suspension: ${JSON.stringify(seen)}`);
  for (const [name, { candidates, allowed }] of Object.entries(seen)) expect({ name, candidates }).toEqual({ name, candidates: allowed });
});
