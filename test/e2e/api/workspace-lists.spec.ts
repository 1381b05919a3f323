import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { edge } from '#authorization/testing';
import type { WorkspaceId } from '#kernel';
import { anId } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Answer, ApiClient } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';
import { absentUlid, idOf, join, makeWorld, type World } from './support/world.ts';

/**
 * The tree, as rows that the worker then builds a new graph from:
 *
 *   root ── north ── leaves 1 to 8, of which leaf 8 is archived
 *        ├─ south ── closed (does not inherit) ── inner
 *        └─ attic (archived) ── box (archived)
 */
const tree = [
  ['north', null],
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((leaf) => [`leaf-${leaf}`, 'north'] as const),
  ['south', null],
  ['closed', 'south'],
  ['inner', 'closed'],
  ['attic', null],
  ['box', 'attic'],
] as const;
const archived = ['leaf-8', 'attic', 'box'];

let stack: ApiStack;
let world: World;
let spicedb: SpiceDbConnection;
const ids: Record<string, WorkspaceId> = {};
const people: Record<string, ApiClient> = {};

async function person(name: string, role: string, roles: Readonly<Record<string, string>> = {}): Promise<void> {
  const client = await stack.as(name);
  const userId = await idOf(client);
  await join(world.acme, userId, role);
  people[name] = client;
  for (const [workspace, held] of Object.entries(roles)) {
    await onDatabase(
      stack.database.url,
      `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
       VALUES ($1, $2, 'user', $3, $4, 1, now(), now())`,
      [world.acme.id, ids[workspace], userId, held],
    );
  }
}

async function layOutTree(): Promise<void> {
  ids.root = world.acme.workspace as WorkspaceId;
  for (const [name, parent] of tree) {
    ids[name] = anId<WorkspaceId>();
    await onDatabase(
      stack.database.url,
      `INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, inherits, state, version, created_at, updated_at)
       VALUES ($1, $2, $3, $4, $4, $5, $6, 1, now(), now())`,
      [ids[name], world.acme.id, ids[parent ?? 'root'], name, name !== 'closed', archived.includes(name) ? 'archived' : 'active'],
    );
  }
}

beforeAll(async () => {
  stack = await ApiStack.start();
  world = await makeWorld(stack);
  await layOutTree();
  await person('vera', 'member', { north: 'viewer' });
  await person('sam', 'member', { south: 'admin', attic: 'member' });
  await person('ina', 'member', { inner: 'viewer' });
  await person('noel', 'member');
  await person('otto', 'operator');
  spicedb = connectSpiceDb({ ...stack.graph, insecure: true });
  await stack.graph.restart();
  await eventually(async () => (await names(get('otto', '?page_size=100'))).length === 12, {
    within: 20_000,
    every: 100,
    what: 'a new graph',
  });
  // A refusal rests on the epoch, of which the API may still have the one before.
  await eventually(async () => (await get('vera', at('south', 'children'))).status === 404, { every: 100, what: 'the new epoch' });
});
afterAll(async () => {
  spicedb?.close();
  await stack?.stop();
});

const base = () => `/v1/tenants/acme/workspaces`;
const get = (who: string, path: string) => (people[who] as ApiClient).get(`${base()}${path}`);
const at = (workspace: string, list: string) => `/${ids[workspace]}/${list}`;

const shown = ({ body }: Answer): string[] => (body.items as { name: string }[]).map(({ name }) => name);
async function names(answer: Promise<Answer>): Promise<string[]> {
  const { status, text, body } = await answer;
  if (status !== 200) throw new Error(`${status} ${text}`);
  return (body.items as { id: string }[]).map(({ id }) => Object.keys(ids).find((name) => ids[name] === id) ?? id);
}

/** Calls of the permission graph that the request cost. */
async function costOf(ask: () => Promise<Answer>): Promise<number> {
  const calls = async () => {
    const page = await (await fetch(`${stack.api.url}/metrics`)).text();
    return [...page.matchAll(/tenantry_graph_calls_total{call="check\w*"} (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  };
  const before = await calls();
  await ask();
  return (await calls()) - before;
}

const leaves = ['leaf-1', 'leaf-2', 'leaf-3', 'leaf-4', 'leaf-5', 'leaf-6', 'leaf-7'];

describe('W-7 lists of workspaces hold what the caller may see', () => {
  it('W-7 of the tenant', async () => {
    expect(await names(get('vera', ''))).toEqual(['north', ...leaves]);
    expect(await names(get('sam', ''))).toEqual(['south']);
    expect(await names(get('ina', ''))).toEqual(['inner']);
    expect(await names(get('noel', ''))).toEqual([]);
    expect(await names(get('otto', ''))).toEqual(['root', 'north', ...leaves, 'south', 'closed', 'inner']);
  });

  it('W-7 below a workspace, above it, and everything below', async () => {
    expect(await names(get('vera', at('north', 'children')))).toEqual(leaves);
    expect(await names(get('vera', `?parent_id=${ids.north}`))).toEqual(leaves);
    expect(await names(get('sam', at('south', 'children')))).toEqual([]);
    expect(await names(get('sam', at('south', 'subtree')))).toEqual([]);
    expect(await names(get('otto', at('root', 'children')))).toEqual(['north', 'south']);
    expect(await names(get('otto', at('south', 'subtree')))).toEqual(['closed', 'inner']);
    expect(await names(get('otto', at('inner', 'ancestors')))).toEqual(['root', 'south', 'closed']);
    expect(await names(get('vera', at('leaf-1', 'ancestors')))).toEqual(['north']);
    expect(await names(get('ina', at('inner', 'ancestors')))).toEqual([]);
  });

  it('W-4 archived ones are hidden, unless asked for, and then they say so', async () => {
    expect(await names(get('vera', '?include_archived=true'))).toEqual(['north', ...leaves, 'leaf-8']);
    expect(await names(get('sam', '?include_archived=true'))).toEqual(['south', 'attic', 'box']);
    const answer = await get('otto', `${at('root', 'subtree')}?include_archived=true`);
    const marked = (answer.body.items as { name: string; state: string }[]).filter(({ state }) => state === 'archived');
    expect(marked.map(({ name }) => name)).toEqual(archived);
  });

  it('W-6 below or above what the caller may not see there is nothing: 404, as for what is absent', async () => {
    for (const list of ['children', 'ancestors', 'subtree']) {
      for (const workspace of [ids.south, absentUlid, world.globex.workspace]) {
        expect((await get('vera', `/${workspace}/${list}`)).body).toMatchObject({ status: 404, code: 'workspace_not_found' });
      }
    }
    for (const parent of [ids.south, absentUlid, world.globex.workspace])
      expect((await get('vera', `?parent_id=${parent}`)).body).toMatchObject({ status: 404, code: 'workspace_not_found' });
  });

  it('W-4 lists of an archived workspace are gone, to those who may see it', async () => {
    for (const path of [at('attic', 'children'), at('attic', 'subtree'), at('box', 'ancestors'), `?parent_id=${ids.attic}`]) {
      expect((await get('sam', path)).body, path).toMatchObject({ status: 410, code: 'workspace_archived' });
      expect((await get('vera', path)).status, path).toBe(404);
    }
  });

  it('W-7 walking the pages shows each once, and all', async () => {
    for (const [who, path] of [
      ['vera', '?page_size=3'],
      ['otto', '?page_size=5&include_archived=true'],
      ['vera', `${at('north', 'children')}?page_size=2`],
      ['otto', `${at('inner', 'ancestors')}?page_size=1`],
      ['otto', `${at('root', 'subtree')}?page_size=4`],
    ] as const) {
      const whole = await names(get(who, path.replace(/page_size=\d+/, 'page_size=200')));
      const walked: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await get(who, `${path}${cursor && `&cursor=${cursor}`}`);
        walked.push(...(await names(Promise.resolve(page))));
        cursor = page.body.next_cursor as string | null;
      }
      expect(walked, path).toEqual(whole);
    }
  });

  it('H-4 a cursor is good for its tenant, list and filters alone', async () => {
    const { body } = await get('vera', '?page_size=2');
    const cursor = `cursor=${body.next_cursor}`;
    for (const path of [`?include_archived=true&${cursor}`, `?parent_id=${ids.north}&${cursor}`, `${at('north', 'children')}?${cursor}`]) {
      expect((await get('vera', path)).body, path).toMatchObject({ status: 400, code: 'invalid_cursor' });
    }
    const elsewhere = await world.globex.admin.get(`/v1/tenants/globex/workspaces?${cursor}`);
    expect(elsewhere.body).toMatchObject({ status: 400, code: 'invalid_cursor' });
    expect((await get('vera', '?include_archived=yes')).status).toBe(422);
    expect((await get('vera', '?parent_id=north')).status).toBe(422);
  });

  it('H-3 nothing of another tenant is in a list', async () => {
    expect(shown(await world.globex.admin.get('/v1/tenants/globex/workspaces'))).toEqual(['globex']);
    expect((await world.outsider.get(base())).status).toBe(404);
  });
});

describe('W-7 what a page costs', () => {
  it('W-7 one call of the graph, the right to read the list and all rows in one, also for a page of nothing', async () => {
    for (const [who, path] of [
      ['otto', ''],
      ['vera', ''],
      ['noel', ''],
      ['vera', at('north', 'children')],
      ['vera', `?parent_id=${ids.north}`],
      ['otto', at('root', 'subtree')],
      ['otto', at('inner', 'ancestors')],
    ] as const) {
      await eventually(async () => (await costOf(() => get(who, path))) === 1, { within: 5_000, every: 200, what: `one call for ${path}` });
    }
  });

  it('W-7 a second call when the graph denies a candidate, which is not shown; a short page keeps its cursor', async () => {
    const { provider } = spicedb;
    const inherits = edge(`workspace:${ids['leaf-2']}#inherits@workspace:${ids.north}`);
    await provider.write([{ operation: 'delete', relationship: inherits }]);
    await eventually(async () => (await names(get('vera', '?page_size=4'))).join() === 'north,leaf-1,leaf-3', { within: 5_000 });
    const page = await get('vera', '?page_size=4');
    expect(page.body.next_cursor).not.toBeNull();
    expect(await costOf(() => get('vera', '?page_size=4'))).toBe(2);
    await provider.write([{ operation: 'touch', relationship: inherits }]);
    await eventually(async () => (await names(get('vera', '?page_size=4'))).length === 4, { within: 5_000 });
  });
});

describe('P-6 lists and the changes before them', () => {
  it('P-6 a workspace just made is in the lists for whoever sends the token of its making', async () => {
    const otto = people.otto as ApiClient;
    for (let round = 0; round < 5; round += 1) {
      const made = await otto.post(`${base()}/${ids.south}/children`, { name: `New ${round}` }, { prefer: 'respond-async' });
      expect(made.status, made.text).toBe(201);
      const token = { 'tenantry-consistency': made.headers.get('tenantry-consistency') ?? '' };
      for (const path of [at('south', 'children'), '?page_size=200', at('root', 'subtree')]) {
        expect(shown(await otto.get(base() + path, token)), path).toContain(`New ${round}`);
      }
    }
  });
});

describe('Z-3 a graph that is not the current one', () => {
  it('Z-3 makes no list shorter and none empty: 503, and never a page', async () => {
    await stack.worker?.stop();
    const epoch = await onDatabase<{ epoch: string }>(stack.database.url, 'SELECT epoch FROM tenantry.projection_state');
    const current = edge(`projection_epoch:${epoch[0]?.epoch}#current@projection_probe:probe`);
    const gone = [current, edge(`workspace:${ids['leaf-2']}#inherits@workspace:${ids.north}`)];
    await spicedb.provider.write(gone.map((relationship) => ({ operation: 'delete', relationship })));
    const answer = await eventually(async () => {
      const page = await get('vera', '');
      return page.status === 200 ? false : page;
    });
    expect(answer.body).toMatchObject({ status: 503, code: 'authorization_unavailable' });
    await stack.graph.restart();
    for (const path of ['', at('north', 'children'), at('north', 'subtree'), at('leaf-1', 'ancestors')]) {
      await eventually(async () => (await get('vera', path)).status === 503, { what: `503 for ${path}` });
      expect((await get('vera', path)).headers.get('retry-after')).not.toBeNull();
    }
  });
});
