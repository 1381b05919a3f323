import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, ApiClient } from './support/api-client.ts';
import { GroupScene, inAnHour, pointersOf, said, type MadeGroup } from './support/group-scene.ts';
import { fingerprint } from './support/tables.ts';
import { absentUlid, idOf, join, type World } from './support/world.ts';

let scene: GroupScene;
let stack: GroupScene['stack'];
let world: World;
let alice: ApiClient;
let cleo: ApiClient;
let dan: ApiClient;
let ids: GroupScene['ids'];
let groups: string;

beforeAll(async () => {
  scene = await GroupScene.set();
  ({ stack, world, alice, cleo, dan, ids, groups } = scene);
});
afterAll(() => stack?.stop());

describe('what is refused changes nothing', () => {
  let group: MadeGroup;
  let other: MadeGroup;
  let before: string;
  beforeAll(async () => {
    [group, other] = [await scene.group(), await scene.group()];
  });
  beforeEach(async () => (before = await fingerprint(stack.database.url)));
  afterEach(async () => expect(await fingerprint(stack.database.url), 'nothing changed').toBe(before));

  it('G-1 a name that another group has, whatever the case, is 409 with a pointer', async () => {
    for (const name of [other.name, other.name.toUpperCase(), ` ${other.name.toLowerCase()} `]) {
      for (const answer of [await alice.post(groups, { name }), await alice.patch(group.path, { name }, 1)]) {
        expect([...said(answer), pointersOf(answer)]).toEqual([409, 'group_name_taken', ['/name']]);
      }
    }
  });

  it('bad names, descriptions, roles, ends and ids are 422 with a pointer', async () => {
    const members = `${group.path}/members`;
    const cases: [Answer, string, string][] = [
      [await alice.post(groups, { name: ' ' }), 'validation_failed', '/name'],
      [await alice.post(groups, { name: 'two\nlines' }), 'group_name_invalid', '/name'],
      [await alice.post(groups, { name: 'x', description: '' }), 'validation_failed', '/description'],
      [await alice.post(groups, { name: 'x', description: '\u0007' }), 'group_description_invalid', '/description'],
      [await alice.post(groups, { name: 'x', tenant_id: world.globex.id }), 'validation_failed', '/tenant_id'],
      [await alice.patch(group.path, { name: null }, 1), 'validation_failed', '/name'],
      [await cleo.post(members, { user_id: world.bothId, role: 'owner' }), 'validation_failed', '/role'],
      [await cleo.post(members, { user_id: 'bob', role: 'member' }), 'validation_failed', '/user_id'],
      [await cleo.post(members, { user_id: absentUlid, role: 'member' }), 'user_not_member', '/user_id'],
      [await cleo.post(members, { user_id: world.globex.adminId, role: 'member' }), 'user_not_member', '/user_id'],
      [await cleo.post(members, { user_id: world.bothId, role: 'member', expires_at: 'soon' }), 'validation_failed', '/expires_at'],
      [
        await cleo.post(members, { user_id: world.bothId, role: 'member', expires_at: '2020-01-01T00:00:00Z' }),
        'expiry_not_ahead',
        '/expires_at',
      ],
      [await cleo.patch(`${members}/${ids.dan}`, { expires_at: '2020-01-01T00:00:00Z' }, 1), 'expiry_not_ahead', '/expires_at'],
      [await cleo.patch(`${members}/${ids.dan}`, { role: null }, 1), 'validation_failed', '/role'],
    ];
    for (const [answer, code, pointer] of cases) expect([...said(answer), pointersOf(answer)]).toEqual([422, code, [pointer]]);
  });

  it('G-2 a bulk request that has not the form of one is 422, with a pointer to each thing that is wrong', async () => {
    const bulk = (items: unknown) => cleo.post(`${group.path}/members/bulk`, { items });
    const tooMany = Array.from({ length: 101 }, () => ({ op: 'remove', user_id: ids.dan }));
    for (const items of [undefined, null, 'x', {}, [], tooMany]) {
      const answer = await bulk(items);
      expect([...said(answer), pointersOf(answer)]).toEqual([422, 'validation_failed', ['/items']]);
    }
    const mixed = await bulk([
      { op: 'remove', user_id: ids.dan },
      { op: 'promote', user_id: ids.dan },
      { op: 'add', user_id: ids.dan },
      { op: 'remove', user_id: ids.dan, role: 'member' },
      { op: 'add', user_id: 'dan', role: 'owner', expires_at: 7 },
      null,
    ]);
    expect([...said(mixed), pointersOf(mixed)]).toEqual([
      422,
      'validation_failed',
      ['/items/1/op', '/items/2/role', '/items/3/role', '/items/4/expires_at', '/items/4/role', '/items/4/user_id', '/items/5/op'],
    ]);
  });

  it('whoever sees the group but may not is 403, whoever does not is 404', async () => {
    const someone = { user_id: world.bothId, role: 'member' };
    const asked = (client: ApiClient) =>
      Promise.all([
        client.post(`${group.path}/members`, someone),
        client.patch(`${group.path}/members/${ids.cleo}`, { role: 'member' }, 1),
        client.delete(`${group.path}/members/${ids.cleo}`, 1),
        client.post(`${group.path}/members/bulk`, { items: [{ op: 'remove', user_id: ids.cleo }] }),
      ]);
    for (const answer of [...(await asked(dan)), ...(await asked(world.both))]) expect(said(answer)).toEqual([403, 'permission_denied']);
    const bob = await stack.as('bob');
    for (const answer of await asked(bob)) expect(said(answer)).toEqual([404, 'group_not_found']);
    for (const answer of await asked(world.outsider)) expect(said(answer)).toEqual([404, 'tenant_not_found']);
    for (const client of [cleo, dan, world.both]) {
      expect(said(await client.post(groups, { name: 'Mine' }))).toEqual([403, 'permission_denied']);
      expect(said(await client.patch(group.path, { name: 'Mine' }, 1))).toEqual([403, 'permission_denied']);
      expect(said(await client.delete(group.path, 1))).toEqual([403, 'permission_denied']);
    }
  });

  it('H-4 a stale version is 412, none is 428, and what is not there is 404', async () => {
    for (const [path, body] of [
      [group.path, { name: 'Other' }],
      [`${group.path}/members/${ids.dan}`, { role: 'admin' }],
    ] as const) {
      for (const [version, expected] of [
        [7, [412, 'version_mismatch']],
        [undefined, [428, 'precondition_required']],
      ] as const) {
        expect(said(await alice.patch(path, body, version))).toEqual(expected);
        expect(said(await alice.delete(path, version))).toEqual(expected);
      }
    }
    expect(said(await alice.delete(`${groups}/${absentUlid}`, 1))).toEqual([404, 'group_not_found']);
    expect(said(await alice.patch(`${group.path}/members/${absentUlid}`, { role: 'admin' }, 1))).toEqual([404, 'member_not_found']);
    expect(said(await alice.post(`${group.path}/members`, { user_id: ids.dan, role: 'admin' }))).toEqual([409, 'already_member']);
  });

  it('M-7 nobody changes their own end', async () => {
    const answer = await cleo.patch(`${group.path}/members/${ids.cleo}`, { expires_at: inAnHour() }, 1);
    expect(said(answer)).toEqual([403, 'own_expiry']);
  });
});

describe('rules between people', () => {
  it('M-2 the last admin cannot leave, be demoted, be removed or be given an end: 409, by whomever', async () => {
    const { path } = await scene.group();
    await alice.post(`${path}/members/leave`);
    const before = await fingerprint(stack.database.url);
    const own = `${path}/members/${ids.cleo}`;
    for (const answer of [
      await cleo.post(`${path}/members/leave`),
      await cleo.patch(own, { role: 'member' }, 1),
      await cleo.delete(own, 1),
      await alice.patch(own, { role: 'member' }, 1),
      await alice.patch(own, { expires_at: inAnHour() }, 1),
      await alice.delete(own, 1),
    ]) {
      expect(said(answer)).toEqual([409, 'last_group_admin']);
    }
    const bulk = await alice.post(`${path}/members/bulk`, { items: [{ op: 'remove', user_id: ids.cleo }] });
    expect(bulk.body.results).toMatchObject([{ index: 0, status: 'refused', code: 'last_group_admin' }]);
    expect(await fingerprint(stack.database.url)).toBe(before);
  });

  it('M-3 nobody grants for longer than they are there themselves', async () => {
    const { path } = await scene.group();
    const end = inAnHour();
    await alice.patch(`${path}/members/${ids.dan}`, { role: 'admin', expires_at: end }, 1);
    const before = await fingerprint(stack.database.url);
    const later = new Date(Date.parse(end) + 1_000).toISOString();
    for (const expires_at of [null, later]) {
      const answer = await dan.post(`${path}/members`, { user_id: world.bothId, role: 'member', expires_at });
      expect([...said(answer), pointersOf(answer)]).toEqual([403, 'expiry_beyond_own', ['/expires_at']]);
    }
    expect(said(await dan.patch(`${path}/members/${ids.dan}`, { expires_at: null }, 3))).toEqual([403, 'own_expiry']);
    expect(await fingerprint(stack.database.url)).toBe(before);
    expect((await dan.post(`${path}/members`, { user_id: world.bothId, role: 'member', expires_at: end })).status).toBe(201);
  });

  it('a suspended user cannot be added: 409', async () => {
    const { path } = await scene.group();
    const zoe = await idOf(await stack.as('zoe'));
    await join(world.acme, zoe, 'member');
    await world.root.post(`/v1/users/${zoe}/suspend`);
    expect(said(await alice.post(`${path}/members`, { user_id: zoe, role: 'member' }))).toEqual([409, 'user_not_active']);
  });
});
