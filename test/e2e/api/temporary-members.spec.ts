import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { ApiClient } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';

let stack: ApiStack;
let alice: ApiClient;
let bob: ApiClient;
let bobId: string;

beforeAll(async () => {
  stack = await ApiStack.start();
  [alice, bob] = await Promise.all([stack.as('alice'), stack.as('bob')]);
  bobId = (await bob.get('/v1/me')).body.id as string;
  expect((await alice.post('/v1/tenants', { name: 'Brief', slug: 'brief' })).status).toBe(201);
});
afterAll(() => stack?.stop());

const members = '/v1/tenants/brief/members';
const inMs = (milliseconds: number) => new Date(Date.now() + milliseconds).toISOString();

it('M-7 a membership ends for its user within a moment of its end, however often they ask', async () => {
  const expires_at = inMs(3_000);
  const added = await alice.post(members, { user_id: bobId, role: 'admin', expires_at });
  expect(added.status, added.text).toBe(201);
  expect((await alice.get(`${members}/${bobId}`)).body).toMatchObject({ role: 'admin', expires_at });
  expect((await bob.get('/v1/tenants/brief')).status).toBe(200);
  await eventually(async () => (await bob.get('/v1/tenants/brief')).status === 404, { within: 5_000, what: 'the end' });
  expect(Date.now() - Date.parse(expires_at)).toBeLessThan(1_000);
  expect((await alice.get(`${members}/${bobId}`)).body).toMatchObject({ status: 404, code: 'member_not_found' });
  expect((await alice.get(members)).body.items).toHaveLength(1);
});

it('M-7 who manages a workspace for a time owns what they create in it for no longer', async () => {
  const cleo = await stack.as('cleo');
  const id = (await cleo.get('/v1/me')).body.id as string;
  expect((await alice.post(members, { user_id: id, role: 'member' })).status).toBe(201);
  const workspaces = '/v1/tenants/brief/workspaces';
  const root = (await alice.get(workspaces)).body.items[0].id as string;
  const expires_at = inMs(3_600_000);
  await alice.post(`${workspaces}/${root}/members`, { subject: { type: 'user', id }, role: 'admin', expires_at });
  const child = (await cleo.post(`${workspaces}/${root}/children`, { name: 'Lab', inherit: false })).body.id as string;
  expect((await cleo.get(`${workspaces}/${child}/members/users/${id}`)).body).toMatchObject({ role: 'owner', expires_at });
  const aliceId = (await alice.get('/v1/me')).body.id as string;
  const granted = await cleo.post(`${workspaces}/${child}/members`, { subject: { type: 'user', id: aliceId }, role: 'owner' });
  expect(granted.body).toMatchObject({ status: 403, code: 'expiry_beyond_own' });
});

it('M-7 is moved and taken away by others, within the rules', async () => {
  const refused = async (body: object, status: number, code: string) =>
    expect((await alice.post(members, { user_id: bobId, role: 'admin', ...body })).body).toMatchObject({ status, code });
  await refused({ expires_at: inMs(-1_000) }, 422, 'expiry_not_ahead');
  await refused({ expires_at: inMs(11 * 366 * 86_400_000) }, 422, 'expiry_too_far');
  await refused({ expires_at: '2030-02-30T00:00:00Z' }, 422, 'validation_failed');
  const added = await alice.post(members, { user_id: bobId, role: 'admin', expires_at: inMs(60_000) });
  expect(added.status, added.text).toBe(201);

  const aliceId = (await alice.get('/v1/me')).body.id as string;
  const patch = async (by: ApiClient, id: string, body: object) =>
    by.patch(`${members}/${id}`, body, (await by.get(`${members}/${id}`)).body.version as number);
  expect((await patch(bob, bobId, { expires_at: null })).body).toMatchObject({ status: 403, code: 'own_expiry' });
  expect((await patch(bob, aliceId, { expires_at: inMs(3_000) })).body).toMatchObject({ status: 409, code: 'last_tenant_admin' });
  const beyond = await bob.post(members, { user_id: aliceId, role: 'member', expires_at: null });
  expect(beyond.body).toMatchObject({ status: 403, code: 'expiry_beyond_own' });
  const taken = await patch(alice, bobId, { expires_at: null, role: 'operator' });
  expect(taken.status, taken.text).toBe(200);
  expect((await alice.get(`${members}/${bobId}`)).body).toMatchObject({ role: 'operator', expires_at: null });
});
