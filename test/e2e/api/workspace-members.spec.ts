import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { ApiClient, Answer } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { fingerprint } from './support/tables.ts';
import { absentUlid, idOf } from './support/world.ts';

let stack: ApiStack;
let alice: ApiClient, bob: ApiClient, cleo: ApiClient, dan: ApiClient;
let ids: { alice: string; bob: string; cleo: string; dan: string };
let tenant: string, root: string, workspace: string, group: string;

const hour = 3_600_000;
const inHours = (hours: number) => new Date(Date.now() + hours * hour).toISOString();
const tenantPath = () => `/v1/tenants/${tenant}`;
const members = (of = workspace) => `${tenantPath()}/workspaces/${of}/members`;
const member = (id: string, type = 'users', of = workspace) => `${members(of)}/${type}/${id}`;
const user = (id: string) => ({ type: 'user', id });
const must = (answer: Answer, status: number): Answer => {
  expect(answer.status, answer.text).toBe(status);
  return answer;
};

beforeAll(async () => {
  stack = await ApiStack.start();
  [alice, bob, cleo, dan] = (await Promise.all(['alice', 'bob', 'cleo', 'dan'].map((name) => stack.as(name)))) as [
    ApiClient,
    ApiClient,
    ApiClient,
    ApiClient,
  ];
  ids = { alice: await idOf(alice), bob: await idOf(bob), cleo: await idOf(cleo), dan: await idOf(dan) };
  const made = must(await alice.post('/v1/tenants', { name: 'Acme' }), 201);
  [tenant, root] = [made.body.id as string, made.body.root_workspace_id as string];
  for (const id of [ids.bob, ids.cleo]) must(await alice.post(`${tenantPath()}/members`, { user_id: id, role: 'member' }), 201);
  workspace = must(await alice.post(`${tenantPath()}/workspaces/${root}/children`, { name: 'Team' }), 201).body.id as string;
  group = must(await alice.post(`${tenantPath()}/groups`, { name: 'Crew' }), 201).body.id as string;
});
afterAll(() => stack?.stop());

describe('members of a workspace over HTTP', () => {
  it('M-1 users and groups are added, listed, read and removed', async () => {
    must(await bob.get(`${tenantPath()}/workspaces/${workspace}`), 404);
    const added = must(await alice.post(members(), { subject: user(ids.bob), role: 'member' }), 201);
    expect([added.body, added.headers.get('etag'), added.headers.get('location')]).toEqual([{ version: 1 }, '"1"', member(ids.bob)]);
    must(await alice.post(members(), { subject: { type: 'group', id: group }, role: 'viewer' }), 201);
    const list = must(await bob.get(members()), 200).body.items as { subject: object; role: string; name: string }[];
    expect(list.map(({ subject, role }) => ({ subject, role }))).toEqual([
      { subject: { type: 'group', id: group }, role: 'viewer' },
      ...[
        { subject: user(ids.alice), role: 'owner' },
        { subject: user(ids.bob), role: 'member' },
      ].sort((one, other) => (one.subject.id < other.subject.id ? -1 : 1)),
    ]);
    expect(list[0]?.name).toBe('Crew');
    expect(must(await bob.get(member(group, 'groups')), 200).body).toMatchObject({ role: 'viewer', status: null, expires_at: null });
    const first = must(await bob.get(`${members()}?page_size=1`), 200).body.next_cursor as string;
    expect((must(await bob.get(`${members()}?page_size=2&cursor=${first}`), 200).body.items as unknown[]).length).toBe(2);
    must(await bob.get(`${members(root)}?cursor=${first}`), 404);
    must(await alice.get(`${members(root)}?cursor=${first}`), 400);
    must(await alice.delete(member(group, 'groups'), 1), 204);
    must(await alice.get(member(group, 'groups')), 404);
  });

  it('M-4 role and end change in one request, and the day of joining stays', async () => {
    const before = must(await alice.get(member(ids.bob)), 200).body;
    const end = inHours(5);
    const changed = must(await alice.patch(member(ids.bob), { role: 'admin', expires_at: end }, 1), 200);
    expect([changed.body, changed.headers.get('etag')]).toEqual([{ version: 3 }, '"3"']);
    const after = must(await alice.get(member(ids.bob)), 200).body;
    expect(after).toMatchObject({ role: 'admin', expires_at: end, joined_at: before.joined_at, version: 3 });
    expect(must(await alice.patch(member(ids.bob), { expires_at: null }, 3), 200).body).toEqual({ version: 4 });
    expect(must(await alice.patch(member(ids.bob), {}, 4), 200).body).toEqual({ version: 4 });
  });

  it('M-3 M-7 an admin gives no more than their own role and end, and cannot touch the owner or their own end', async () => {
    must(await alice.patch(member(ids.bob), { expires_at: inHours(2) }, 4), 200);
    const before = await fingerprint(stack.database.url);
    const refusals: [Answer, string][] = [
      [await bob.post(members(), { subject: user(ids.cleo), role: 'owner' }), 'role_above_own'],
      [await bob.post(members(), { subject: user(ids.cleo), role: 'viewer' }), 'expiry_beyond_own'],
      [await bob.post(members(), { subject: user(ids.cleo), role: 'viewer', expires_at: inHours(3) }), 'expiry_beyond_own'],
      [await bob.patch(member(ids.alice), { role: 'viewer' }, 1), 'role_above_own'],
      [await bob.delete(member(ids.alice), 1), 'role_above_own'],
      [await bob.patch(member(ids.bob), { expires_at: null }, 5), 'own_expiry'],
      [await bob.patch(member(ids.bob), { role: 'owner' }, 5), 'role_above_own'],
      [await bob.post(`${tenantPath()}/workspaces/${workspace}/transfer-ownership`, { user_id: ids.bob }), 'permission_denied'],
    ];
    for (const [answer, code] of refusals) expect([answer.status, answer.body.code], answer.text).toEqual([403, code]);
    expect(await fingerprint(stack.database.url)).toBe(before);
    must(await bob.post(members(), { subject: user(ids.cleo), role: 'viewer', expires_at: inHours(1) }), 201);
  });

  it('M-9 a viewer changes nothing', async () => {
    const before = await fingerprint(stack.database.url);
    must(await cleo.get(members()), 200);
    for (const answer of [
      await cleo.post(members(), { subject: { type: 'group', id: group }, role: 'viewer' }),
      await cleo.patch(member(ids.bob), { role: 'viewer' }, 5),
      await cleo.delete(member(ids.bob), 5),
      await cleo.post(`${tenantPath()}/workspaces/${workspace}/transfer-ownership`, { user_id: ids.cleo }),
    ])
      expect([answer.status, answer.body.code], answer.text).toEqual([403, 'permission_denied']);
    expect(await fingerprint(stack.database.url)).toBe(before);
  });

  it('M-2 the last owner can neither leave, nor be demoted or removed', async () => {
    const before = await fingerprint(stack.database.url);
    const path = member(ids.alice);
    for (const answer of [
      await alice.post(`${members()}/leave`),
      await alice.patch(path, { role: 'admin' }, 1),
      await alice.delete(path, 1),
    ])
      expect([answer.status, answer.body.code], answer.text).toEqual([409, 'last_workspace_owner']);
    expect(await fingerprint(stack.database.url)).toBe(before);
  });

  it('bad input is refused with its code, and changes nothing', async () => {
    const foreign = must(await dan.post('/v1/tenants', { name: 'Globex' }), 201).body.id as string;
    const theirs = must(await dan.post(`/v1/tenants/${foreign}/groups`, { name: 'Theirs' }), 201).body.id as string;
    const before = await fingerprint(stack.database.url);
    const add = (body: object) => alice.post(members(), body);
    const cases: [Answer, number, string][] = [
      [await add({ subject: user(ids.dan), role: 'viewer' }), 422, 'user_not_member'],
      [await add({ subject: user(absentUlid), role: 'viewer' }), 422, 'user_not_member'],
      [await add({ subject: { type: 'group', id: theirs }, role: 'viewer' }), 422, 'group_not_found'],
      [await add({ subject: { type: 'group', id: absentUlid }, role: 'viewer' }), 422, 'group_not_found'],
      [await add({ subject: { type: 'group', id: group }, role: 'viewer', expires_at: inHours(1) }), 422, 'group_role_cannot_expire'],
      [await add({ subject: { type: 'service', id: ids.bob }, role: 'viewer' }), 422, 'validation_failed'],
      [await add({ subject: { ...user(ids.bob), more: 1 }, role: 'viewer' }), 422, 'validation_failed'],
      [await add({ subject: user('x'), role: 'viewer' }), 422, 'validation_failed'],
      [await add({ subject: user(ids.bob), role: 'superowner' }), 422, 'validation_failed'],
      [await add({ subject: user(ids.bob), role: 'viewer', expires_at: '2030-02-30T00:00:00Z' }), 422, 'validation_failed'],
      [await add({ subject: user(ids.bob), role: 'viewer', expires_at: inHours(-1) }), 422, 'expiry_not_ahead'],
      [await add({ subject: user(ids.bob), role: 'viewer' }), 409, 'already_member'],
      [await alice.patch(member(ids.bob), { role: 'viewer' }, 99), 412, 'version_mismatch'],
      [await alice.patch(member(ids.bob), { role: 'viewer' }), 428, 'precondition_required'],
      [await alice.patch(member(ids.bob), { role: null }, 5), 422, 'validation_failed'],
      [await alice.patch(member(absentUlid), { role: 'viewer' }, 1), 404, 'member_not_found'],
      [await alice.patch(member(ids.bob, 'groups'), { role: 'viewer' }, 1), 404, 'member_not_found'],
      [await alice.get(member(ids.bob, 'people')), 404, 'member_not_found'],
      [await alice.get(member('x')), 404, 'member_not_found'],
      [await alice.delete(member(absentUlid), 1), 404, 'member_not_found'],
    ];
    for (const [answer, status, code] of cases) expect([answer.status, answer.body.code], answer.text).toEqual([status, code]);
    const [outsider, absent] = [cases[0]?.[0].body, cases[1]?.[0].body].map((body) => ({ ...body, request_id: '' }));
    expect(outsider).toEqual(absent);
    expect(await fingerprint(stack.database.url)).toBe(before);
  });

  it('M-3 ownership changes hands in one request', async () => {
    const transfer = (client: ApiClient, id: string) =>
      client.post(`${tenantPath()}/workspaces/${workspace}/transfer-ownership`, { user_id: id });
    expect((await transfer(alice, ids.dan)).body).toMatchObject({ status: 422, code: 'user_not_member' });
    expect((await transfer(alice, ids.alice)).body).toMatchObject({ status: 409, code: 'already_workspace_owner' });
    const { body } = must(await transfer(alice, ids.cleo), 200);
    expect(body).toMatchObject({ owner: { user_id: ids.cleo, role: 'owner' }, previous_owner: { user_id: ids.alice, role: 'admin' } });
    expect(must(await cleo.get(member(ids.cleo)), 200).body).toMatchObject({ role: 'owner', expires_at: null });
    must(await transfer(cleo, ids.bob), 200);
    must(await transfer(bob, ids.cleo), 200);
  });

  it('leaving ends access at once', async () => {
    must(await bob.post(`${members()}/leave`), 204);
    must(await bob.get(members()), 404);
    must(await bob.post(`${members()}/leave`), 404);
  });

  it('M-7 a role that ends lets its holder in until then, and no longer', async () => {
    const end = new Date(Math.ceil(Date.now() / 1_000) * 1_000 + 3_000);
    must(await alice.post(members(), { subject: user(ids.bob), role: 'viewer', expires_at: end.toISOString() }), 201);
    must(await bob.get(members()), 200);
    await eventually(async () => (await bob.get(members())).status === 404, { within: 10_000, every: 100, what: 'the end of the role' });
    expect(Date.now()).toBeGreaterThanOrEqual(end.getTime());
    // One staleness window of the engine, and a second for the machine.
    expect(Date.now() - end.getTime()).toBeLessThan(2_000);
    must(await alice.get(member(ids.bob)), 404);
    expect(must(await alice.post(members(), { subject: user(ids.bob), role: 'viewer' }), 201).body.version).toBeGreaterThan(2);
    must(await bob.get(members()), 200);
  });

  it('W-4 nobody joins, leaves or takes over an archived workspace', async () => {
    must(await alice.send('POST', `${tenantPath()}/workspaces/${workspace}/archive`, { body: {}, headers: { 'if-match': '*' } }), 200);
    const path = `${tenantPath()}/workspaces/${workspace}/transfer-ownership`;
    for (const answer of [
      await cleo.get(members()),
      await cleo.post(members(), { subject: { type: 'group', id: group }, role: 'viewer' }),
      await cleo.delete(member(ids.bob), 1),
      await bob.post(`${members()}/leave`),
      await cleo.post(path, { user_id: ids.alice }),
    ])
      expect([answer.status, answer.body.code], answer.text).toEqual([410, 'workspace_archived']);
  });
});
