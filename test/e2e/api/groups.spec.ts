import type { AuthorizationProvider } from '#authorization';
import { relationshipKey } from '#authorization';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from './support/api-client.ts';
import type { ApiStack } from './support/api-stack.ts';
import { GroupScene, inAnHour, said } from './support/group-scene.ts';
import { fingerprint, onDatabase } from './support/tables.ts';
import { absentUlid, idOf, join, type World } from './support/world.ts';

let scene: GroupScene;
let stack: ApiStack;
let spicedb: SpiceDbConnection;
let graph: AuthorizationProvider;
let world: World;
let alice: ApiClient;
let cleo: ApiClient;
let dan: ApiClient;
let ids: GroupScene['ids'];
let groups: string;

beforeAll(async () => {
  scene = await GroupScene.set();
  ({ stack, world, alice, cleo, dan, ids, groups } = scene);
  spicedb = connectSpiceDb({ ...stack.graph, insecure: true });
  graph = spicedb.provider;
});
afterAll(async () => {
  spicedb?.close();
  await stack?.stop();
});

/** Every edge of the graph that the group is part of. */
async function edgesOf(groupId: string): Promise<string[]> {
  const edges: string[] = [];
  for await (const edge of graph.read({ resourceType: 'group', resourceId: groupId }, { kind: 'fully_consistent' }))
    edges.push(relationshipKey(edge));
  const held = { resourceType: 'workspace', subjectType: 'group', subjectId: groupId };
  for await (const edge of graph.read(held, { kind: 'fully_consistent' })) edges.push(relationshipKey(edge));
  return edges.sort();
}

describe('G-1 groups over HTTP', () => {
  it('G-1 a group is created, read, listed, changed and deleted', async () => {
    const created = await alice.post(groups, { name: '  Billing ', description: 'Who pays' });
    expect([created.status, created.headers.get('etag'), created.body.version]).toEqual([201, '"1"', 1]);
    const path = created.headers.get('location') as string;
    expect(path).toBe(`${groups}/${created.body.id}`);
    const read = await alice.get(path);
    expect(read.body).toEqual({
      id: created.body.id,
      tenant_id: world.acme.id,
      name: 'Billing',
      description: 'Who pays',
      version: 1,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      updated_at: read.body.created_at,
    });
    expect((await alice.get(groups)).body.items.map(({ id }: { id: string }) => id)).toContain(created.body.id);
    const changed = await alice.patch(path, { description: null }, 1);
    expect([changed.status, changed.headers.get('etag')]).toEqual([200, '"2"']);
    expect((await alice.get(path)).body).toMatchObject({ name: 'Billing', description: null, version: 2 });
    expect((await alice.delete(path, 2)).status).toBe(204);
    expect(said(await alice.get(path))).toEqual([404, 'group_not_found']);
  });

  it('members see their own groups, operators and admins all of them, and a page ends with a cursor', async () => {
    const [one, other] = [await scene.group(), await scene.group()];
    await alice.delete(`${other.path}/members/${ids.dan}`, 1);
    const listed = async (client: ApiClient, path = groups) => (await client.get(path)).body.items.map(({ id }: { id: string }) => id);
    expect(await listed(dan)).toContain(one.id);
    expect(await listed(dan)).not.toContain(other.id);
    for (const client of [alice, world.both]) expect(await listed(client)).toEqual(expect.arrayContaining([one.id, other.id]));
    expect(said(await dan.get(other.path))).toEqual([404, 'group_not_found']);
    expect((await world.both.get(other.path)).status).toBe(200);
    const first = await alice.get(`${groups}?page_size=1`);
    expect([first.body.items.length, typeof first.body.next_cursor]).toEqual([1, 'string']);
    const second = await listed(alice, `${groups}?page_size=1&cursor=${first.body.next_cursor}`);
    expect(second).not.toEqual(first.body.items.map(({ id }: { id: string }) => id));
    expect(said(await alice.get(`/v1/tenants/${world.acme.id}/members?cursor=${first.body.next_cursor}`))).toEqual([400, 'invalid_cursor']);
    const people = await alice.get(`${one.path}/members?page_size=1`);
    expect(said(await alice.get(`${other.path}/members?cursor=${people.body.next_cursor}`))).toEqual([400, 'invalid_cursor']);
  });

  it('G-1 of a deleted group nothing is left, in the rows and in the graph, and what it gave is gone', async () => {
    const { id, path } = await scene.group();
    const workspace = `/v1/tenants/${world.acme.id}/workspaces/${world.acme.workspace}`;
    expect((await dan.get(workspace)).status).toBe(404);
    const granted = await alice.post(`${workspace}/members`, { subject: { type: 'group', id }, role: 'viewer' });
    expect(granted.status, granted.text).toBe(201);
    expect((await dan.get(workspace)).status).toBe(200);
    expect(await edgesOf(id)).toHaveLength(1 + 2 + 2 + 1 + 1);
    const deleted = await alice.delete(path, 1);
    expect([deleted.status, deleted.headers.get('tenantry-projection')]).toEqual([204, 'applied']);
    expect(await edgesOf(id)).toEqual([]);
    expect((await dan.get(workspace)).status).toBe(404);
    const [left] = await onDatabase<{ n: number }>(
      stack.database.url,
      `SELECT ((SELECT count(*) FROM groups WHERE id = $1) + (SELECT count(*) FROM group_members WHERE group_id = $1)
         + (SELECT count(*) FROM workspace_members WHERE group_id = $1))::integer AS n`,
      [id],
    );
    expect(left).toEqual({ n: 0 });
  });
});

describe('members of a group over HTTP', () => {
  it('are added, read, listed, changed and removed, by admins of the group', async () => {
    const { path } = await scene.group();
    const both = world.bothId;
    const end = inAnHour();
    const added = await cleo.post(`${path}/members`, { user_id: both, role: 'member', expires_at: end });
    expect([added.status, added.headers.get('etag'), added.headers.get('location')]).toEqual([201, '"1"', `${path}/members/${both}`]);
    const read = await dan.get(`${path}/members/${both}`);
    expect(read.body).toMatchObject({ user_id: both, role: 'member', expires_at: end, status: 'active', version: 1 });
    const listed = (await dan.get(`${path}/members`)).body.items.map(({ user_id }: { user_id: string }) => user_id);
    expect(listed).toEqual([world.acme.adminId, ids.cleo, ids.dan, both].sort());
    expect((await cleo.patch(`${path}/members/${both}`, { role: 'admin', expires_at: null }, 1)).body).toEqual({ version: 3 });
    expect((await cleo.get(`${path}/members/${both}`)).body).toMatchObject({
      role: 'admin',
      expires_at: null,
      joined_at: read.body.joined_at,
    });
    expect((await cleo.delete(`${path}/members/${both}`, 3)).status).toBe(204);
    expect(said(await cleo.get(`${path}/members/${both}`))).toEqual([404, 'member_not_found']);
    expect((await cleo.post(`${path}/members`, { user_id: both, role: 'member' })).body).toEqual({ version: 5 });
  });

  it('M-4 a change of role is one step in the graph, and counts at once', async () => {
    const { id, path } = await scene.group();
    expect((await dan.post(`${path}/members`, { user_id: world.bothId, role: 'member' })).status).toBe(403);
    await cleo.patch(`${path}/members/${ids.dan}`, { role: 'admin' }, 1);
    expect(await edgesOf(id)).toContain(`group:${id}#admin@user:${ids.dan}`);
    expect((await dan.post(`${path}/members`, { user_id: world.bothId, role: 'member' })).status).toBe(201);
  });

  it('M-7 an end is in the graph, and when it has come nobody is asked', async () => {
    const { id, path } = await scene.group();
    const end = new Date(Date.now() + 2_500).toISOString();
    expect((await cleo.patch(`${path}/members/${ids.dan}`, { expires_at: end }, 1)).status).toBe(200);
    expect((await dan.get(path)).status).toBe(200);
    await expect.poll(async () => (await dan.get(path)).status, { timeout: 8_000, interval: 100 }).toBe(404);
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(end));
    expect(said(await cleo.get(`${path}/members/${ids.dan}`))).toEqual([404, 'member_not_found']);
    expect(await edgesOf(id)).not.toContain(`group:${id}#member@user:${ids.dan}`);
    expect((await cleo.post(`${path}/members`, { user_id: ids.dan, role: 'member' })).status).toBe(201);
    expect((await dan.get(path)).status).toBe(200);
  });

  it('leave by themselves', async () => {
    const { id, path } = await scene.group();
    expect((await dan.post(`${path}/members/leave`)).status).toBe(204);
    expect(said(await dan.get(path))).toEqual([404, 'group_not_found']);
    expect(said(await dan.post(`${path}/members/leave`))).toEqual([404, 'group_not_found']);
    expect(said(await world.both.post(`${path}/members/leave`))).toEqual([404, 'member_not_found']);
    expect((await edgesOf(id)).filter((edge) => edge.includes(ids.dan))).toEqual([]);
  });

  it('M-6 go with their membership of the tenant', async () => {
    const { id, path } = await scene.group();
    const eve = await stack.as('eve');
    const eveId = await idOf(eve);
    const version = await join(world.acme, eveId, 'member');
    await alice.post(`${path}/members`, { user_id: eveId, role: 'admin' });
    expect((await alice.delete(`/v1/tenants/${world.acme.id}/members/${eveId}`, version)).status).toBe(204);
    expect((await edgesOf(id)).filter((edge) => edge.includes(eveId))).toEqual([]);
    await join(world.acme, eveId, 'member');
    expect(said(await eve.get(path))).toEqual([404, 'group_not_found']);
  });
});

describe('G-2 members in bulk over HTTP', () => {
  it('G-2 does what can be done, with a result per item, and does it once for one key', async () => {
    const { id, path } = await scene.group();
    const items = [
      { op: 'add', user_id: world.bothId, role: 'member', expires_at: inAnHour() },
      { op: 'add', user_id: ids.cleo, role: 'member' },
      { op: 'add', user_id: absentUlid, role: 'member' },
      { op: 'remove', user_id: ids.dan },
      { op: 'remove', user_id: ids.dan },
      { op: 'add', user_id: ids.dan, role: 'admin' },
    ];
    const key = { 'idempotency-key': `bulk-${id}` };
    const answer = await cleo.post(`${path}/members/bulk`, { items }, key);
    expect([answer.status, answer.headers.get('tenantry-projection')]).toEqual([200, 'applied']);
    expect(answer.body.results).toMatchObject([
      { index: 0, status: 'done', version: 1 },
      { index: 1, status: 'refused', code: 'already_member', detail: expect.any(String) },
      { index: 2, status: 'refused', code: 'user_not_member' },
      { index: 3, status: 'done', version: 2 },
      { index: 4, status: 'refused', code: 'member_not_found' },
      { index: 5, status: 'done', version: 3 },
    ]);
    expect(await edgesOf(id)).toEqual(
      expect.arrayContaining([`group:${id}#admin@user:${ids.dan}`, `group:${id}#member@user:${world.bothId}`]),
    );
    const before = await fingerprint(stack.database.url);
    expect((await cleo.post(`${path}/members/bulk`, { items }, key)).body).toEqual(answer.body);
    expect(await fingerprint(stack.database.url)).toBe(before);
  });

  it('G-2 takes a hundred at once', async () => {
    const { path } = await scene.group();
    const items = Array.from({ length: 100 }, (_, nth) => ({ op: nth % 2 === 0 ? 'remove' : 'add', user_id: ids.dan, role: 'member' }));
    const answer = await cleo.post(`${path}/members/bulk`, {
      items: items.map((item) => (item.op === 'add' ? item : { op: 'remove', user_id: ids.dan })),
    });
    expect(answer.body.results.map(({ status }: { status: string }) => status)).toEqual(items.map(() => 'done'));
    expect((await cleo.get(`${path}/members/${ids.dan}`)).body).toMatchObject({ role: 'member', version: 101 });
  });
});
