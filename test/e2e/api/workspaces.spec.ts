import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Answer, ApiClient } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { fingerprint, onDatabase } from './support/tables.ts';
import { absentUlid, idOf, join, makeWorld, type World } from './support/world.ts';

const depth = 6;
let stack: ApiStack;
let world: World;
/** Owner of `top`; member, and nothing else, of the tenant; neither. */
let wes: ApiClient;
let mia: ApiClient;
let top: string;

const inAcme = (id: string, rest = '') => `/v1/tenants/acme/workspaces/${id}${rest}`;
const says = ({ status, body }: Answer) => [status, body?.code];

beforeAll(async () => {
  stack = await ApiStack.start({ env: { WORKSPACE_MAX_DEPTH: String(depth), RATE_LIMIT_USER_PER_MINUTE: '100000' } });
  world = await makeWorld(stack);
  [wes, mia] = [await stack.as('wes'), await stack.as('mia')];
  for (const client of [wes, mia]) await join(world.acme, await idOf(client), 'member');
});
afterAll(() => stack?.stop());

let names = 0;
async function child(parent: string, by: ApiClient = world.acme.admin, more: object = {}): Promise<string> {
  names += 1;
  const made = await by.post(inAcme(parent, '/children'), { name: `w${names}`, ...more });
  expect(made.status, made.text).toBe(201);
  return made.body.id as string;
}

/** Wes owns `top`, as a tenant's people would have it: by a role given to him. */
beforeEach(async () => {
  top = await child(world.acme.workspace);
  const subject = { type: 'user', id: await idOf(wes) };
  const given = await world.acme.admin.post(inAcme(top, '/members'), { subject, role: 'owner' });
  expect(given.status, given.text).toBe(201);
});

/** The answer, and that nothing has changed. */
async function refused(ask: () => Promise<Answer>): Promise<unknown[]> {
  const before = await fingerprint(stack.database.url);
  const answer = await ask();
  expect(await fingerprint(stack.database.url), answer.text).toBe(before);
  return says(answer);
}

describe('W-1 W-6 POST children', () => {
  it('W-1 201 with its place, its version and its owner', async () => {
    const made = await wes.post(inAcme(top, '/children'), { name: ' Lab ', slug: 'lab' });
    expect([made.status, made.body.version, made.headers.get('etag')]).toEqual([201, 1, '"1"']);
    expect(made.headers.get('location')).toBe(`/v1/tenants/${world.acme.id}/workspaces/${made.body.id}`);
    const read = await wes.get(made.headers.get('location') as string);
    expect(read.body).toMatchObject({ parent_id: top, name: 'Lab', slug: 'lab', inherits: true, state: 'active', version: 1 });
    const owners = await onDatabase(stack.database.url, 'SELECT subject_id, role FROM workspace_members WHERE workspace_id = $1', [
      made.body.id,
    ]);
    expect(owners).toEqual([{ subject_id: await idOf(wes), role: 'owner' }]);
  });

  it('W-5 cut off: roles above do not count in it', async () => {
    const id = await child(top, world.acme.admin, { inherit: false });
    expect((await world.acme.admin.get(inAcme(id))).body.inherits).toBe(false);
    expect(says(await wes.get(inAcme(id)))).toEqual([404, 'workspace_not_found']);
  });

  it('W-1 409 for the name of a sibling in another case, and for a slug of the tenant, with pointers', async () => {
    await child(top, wes, { name: 'Same', slug: 'same-slug' });
    const name = await wes.post(inAcme(top, '/children'), { name: 'SAME' });
    expect([...says(name), name.body.errors]).toEqual([409, 'workspace_name_taken', [{ pointer: '/name', detail: 'is taken' }]]);
    const slug = await wes.post(inAcme(top, '/children'), { name: 'Other', slug: 'same-slug' });
    expect([...says(slug), slug.body.errors]).toEqual([409, 'workspace_slug_taken', [{ pointer: '/slug', detail: 'is taken' }]]);
    expect(await refused(() => wes.post(inAcme(top, '/children'), { name: ' same ' }))).toEqual([409, 'workspace_name_taken']);
  });

  it('W-1 422 below the deepest level', async () => {
    let deepest = top;
    for (let level = 3; level <= depth; level += 1) deepest = await child(deepest, wes);
    expect(await refused(() => wes.post(inAcme(deepest, '/children'), { name: 'x' }))).toEqual([422, 'workspace_too_deep']);
  });

  it.each([
    [{ name: ' ' }, 'validation_failed'],
    [{ name: 'a\tb' }, 'workspace_name_invalid'],
    [{ name: 'x', slug: 'No' }, 'validation_failed'],
    [{ name: 'x', inherit: 'yes' }, 'validation_failed'],
    [{ name: 'x', parent_id: absentUlid }, 'validation_failed'],
    [{ name: 'x', tenant_id: absentUlid }, 'validation_failed'],
  ])('422 for %j', async (body, code) => {
    expect(await refused(() => wes.post(inAcme(top, '/children'), body))).toEqual([422, code]);
  });

  it('W-6 404 below what the caller may not see, 403 without the right', async () => {
    expect(await refused(() => mia.post(inAcme(top, '/children'), { name: 'x' }))).toEqual([404, 'workspace_not_found']);
    const subject = { type: 'user', id: await idOf(mia) };
    expect((await world.acme.admin.post(inAcme(top, '/members'), { subject, role: 'viewer' })).status).toBe(201);
    expect(await refused(() => mia.post(inAcme(top, '/children'), { name: 'x' }))).toEqual([403, 'permission_denied']);
  });
});

describe('PATCH', () => {
  it('200, and 412 and 428 by the version', async () => {
    expect((await wes.patch(inAcme(top), { name: 'Summit', slug: 'summit' }, 1)).body).toEqual({ version: 2 });
    expect((await wes.get(inAcme(top))).body).toMatchObject({ name: 'Summit', slug: 'summit', version: 2 });
    expect(await refused(() => wes.patch(inAcme(top), { name: 'Peak' }, 1))).toEqual([412, 'version_mismatch']);
    expect(await refused(() => wes.patch(inAcme(top), { name: 'Peak' }))).toEqual([428, 'precondition_required']);
  });

  it.each([[{ name: null }], [{ slug: null }], [{ parent_id: absentUlid }], [{ state: 'archived' }], [{ inherits: false }]])(
    '422 for %j',
    async (body) => expect(await refused(() => wes.patch(inAcme(top), body, 1))).toEqual([422, 'validation_failed']),
  );
});

describe('W-2 POST move', () => {
  const move = (by: ApiClient, id: string, parent: unknown, headers = {}) => by.post(inAcme(id, '/move'), { parent_id: parent }, headers);

  it('W-2 200, with everything below it; the roles above are those of the new parent', async () => {
    const [moved, target] = [await child(top, wes), await child(world.acme.workspace)];
    const below = await child(moved, world.acme.admin);
    expect((await wes.get(inAcme(below))).status).toBe(200);
    expect(says(await move(world.acme.admin, moved, target))).toEqual([200, undefined]);
    expect((await world.acme.admin.get(inAcme(below))).body.parent_id).toBe(moved);
    expect((await wes.get(inAcme(moved))).body).toMatchObject({ parent_id: target, version: 2 });
    const other = await child(top);
    expect(says(await move(world.acme.admin, other, target))).toEqual([200, undefined]);
    expect(says(await wes.get(inAcme(other)))).toEqual([404, 'workspace_not_found']);
  });

  it('W-2 409 into itself and below itself, 422 too deep, 409 beside its name', async () => {
    const below = await child(top, wes);
    for (const parent of [top, below]) {
      expect(await refused(() => move(wes, top, parent))).toEqual([409, 'workspace_moved_into_itself']);
    }
    let deepest = await child(world.acme.workspace);
    for (let level = 3; level < depth; level += 1) deepest = await child(deepest);
    expect(await refused(() => move(world.acme.admin, top, deepest))).toEqual([422, 'workspace_too_deep']);
    const [one, other] = [await child(top, wes), await child(world.acme.workspace)];
    await child(one, wes, { name: 'Twin' });
    const twin = await child(top, wes, { name: 'TWIN' });
    const answer = await move(world.acme.admin, twin, one);
    expect([...says(answer), answer.body.errors[0].pointer]).toEqual([409, 'workspace_name_taken', '/parent_id']);
    expect(await refused(() => move(wes, world.acme.workspace, other))).toEqual([404, 'workspace_not_found']);
  });

  it('W-6 the new parent is asked about like one in the path: 404 unseen, foreign and absent alike, 403 without the right', async () => {
    const moved = await child(top, wes);
    const unseen = await child(world.acme.workspace);
    const answers = await Promise.all([unseen, world.globex.workspace, absentUlid].map((parent) => move(wes, moved, parent)));
    for (const answer of answers) expect(says(answer)).toEqual([404, 'workspace_not_found']);
    const subject = { type: 'user', id: await idOf(wes) };
    expect((await world.acme.admin.post(inAcme(unseen, '/members'), { subject, role: 'viewer' })).status).toBe(201);
    expect(await refused(() => move(wes, moved, unseen))).toEqual([403, 'permission_denied']);
    expect(await refused(() => move(world.both, moved, world.globex.workspace))).toEqual([403, 'permission_denied']);
    expect(await refused(() => move(world.root, moved, world.globex.workspace))).toEqual([404, 'workspace_not_found']);
  });

  it('W-4 410 to an archived parent, also for what the body names', async () => {
    const [moved, archived] = [await child(top, wes), await child(top, wes)];
    expect((await wes.post(inAcme(archived, '/archive'), {})).status).toBe(200);
    expect(await refused(() => move(wes, moved, archived))).toEqual([410, 'workspace_archived']);
    expect(await refused(() => move(wes, archived, world.acme.workspace))).toEqual([404, 'workspace_not_found']);
    expect(await refused(() => move(world.acme.admin, archived, world.acme.workspace))).toEqual([410, 'workspace_archived']);
  });

  it.each([[1], [null], ['x'], [['x']], [{}], ['01jd0000000000000000000000']])('422 to %j', async (parent) => {
    const moved = await child(top, wes);
    expect(await refused(() => move(wes, moved, parent))).toEqual([422, 'validation_failed']);
  });

  it('W-3 409 for the root; 412 for another version; the first answer again for the same key', async () => {
    expect(await refused(() => move(world.acme.admin, world.acme.workspace, top))).toEqual([409, 'root_workspace_stays']);
    const [moved, target] = [await child(top, wes), await child(top, wes)];
    expect(await refused(() => move(wes, moved, target, { 'if-match': '"9"' }))).toEqual([412, 'version_mismatch']);
    const [first, again] = [
      await move(wes, moved, target, { 'idempotency-key': 'move-1' }),
      await move(wes, moved, target, { 'idempotency-key': 'move-1' }),
    ];
    expect([first.body, again.body, again.headers.get('idempotency-replayed')]).toEqual([{ version: 2 }, { version: 2 }, 'true']);
  });
});

describe('W-5 PUT inheritance', () => {
  const inherit = (by: ApiClient, id: string, value: unknown, version = 1) =>
    by.send('PUT', inAcme(id, '/inheritance'), { body: { inherit: value }, headers: { 'if-match': `"${version}"` } });

  it('W-5 200: roles above stop to count, and count again', async () => {
    const id = await child(top);
    expect((await wes.get(inAcme(id))).status).toBe(200);
    expect((await inherit(wes, id, false)).body).toEqual({ version: 2 });
    expect(says(await wes.get(inAcme(id)))).toEqual([404, 'workspace_not_found']);
    expect((await inherit(world.acme.admin, id, true, 2)).body).toEqual({ version: 3 });
    expect((await wes.get(inAcme(id))).status).toBe(200);
  });

  it('409 for the root, 422 for no truth, 428 without a version', async () => {
    expect(await refused(() => inherit(world.acme.admin, world.acme.workspace, false))).toEqual([409, 'root_workspace_stays']);
    expect(await refused(() => inherit(wes, top, 'no'))).toEqual([422, 'validation_failed']);
    expect(await refused(() => wes.send('PUT', inAcme(top, '/inheritance'), { body: { inherit: false } }))).toEqual([
      428,
      'precondition_required',
    ]);
  });
});

describe('W-4 POST archive and unarchive', () => {
  it('W-4 with active children 409, with the subtree 200; then 410 on every path to those who may see it', async () => {
    const below = await child(top, wes);
    expect(await refused(() => wes.post(inAcme(top, '/archive'), {}))).toEqual([409, 'workspace_has_active_children']);
    expect((await wes.post(inAcme(top, '/archive'), { subtree: true })).body).toEqual({ version: 2 });
    for (const id of [top, below]) {
      expect(await refused(() => wes.get(inAcme(id)))).toEqual([410, 'workspace_archived']);
      expect(await refused(() => wes.patch(inAcme(id), { name: 'x' }, 2))).toEqual([410, 'workspace_archived']);
      expect(await refused(() => wes.post(inAcme(id, '/children'), { name: 'x' }))).toEqual([410, 'workspace_archived']);
      expect(await refused(() => wes.post(inAcme(id, '/archive'), {}))).toEqual([410, 'workspace_archived']);
      expect(await refused(() => mia.get(inAcme(id)))).toEqual([404, 'workspace_not_found']);
    }
    expect(await refused(() => wes.post(inAcme(below, '/unarchive')))).toEqual([409, 'parent_workspace_archived']);
    expect((await wes.post(inAcme(top, '/unarchive'))).body).toEqual({ version: 3 });
    expect((await wes.get(inAcme(top))).status).toBe(200);
    expect(says(await wes.get(inAcme(below)))).toEqual([410, 'workspace_archived']);
  });

  it('409 for the root, 403 for who does not own it, 422 for no truth', async () => {
    const archive = (by: ApiClient, id: string, body: object) => () => by.post(inAcme(id, '/archive'), body);
    expect(await refused(archive(world.acme.admin, world.acme.workspace, { subtree: true }))).toEqual([409, 'root_workspace_stays']);
    expect(await refused(archive(world.both, top, {}))).toEqual([403, 'permission_denied']);
    expect(await refused(archive(wes, top, { subtree: 1 }))).toEqual([422, 'validation_failed']);
  });
});

describe('W-3 DELETE', () => {
  it('W-3 204, archived or not, and nothing is left of it', async () => {
    const [one, archived] = [await child(top, wes), await child(top, wes)];
    expect((await wes.delete(inAcme(one), 1)).status).toBe(204);
    expect(says(await wes.get(inAcme(one)))).toEqual([404, 'workspace_not_found']);
    expect((await wes.post(inAcme(archived, '/archive'), {})).status).toBe(200);
    expect((await wes.delete(inAcme(archived), 2)).status).toBe(204);
    const left = await onDatabase(stack.database.url, 'SELECT 1 FROM workspace_members WHERE workspace_id = ANY ($1)', [[one, archived]]);
    expect(left).toEqual([]);
  });

  it('W-3 409 with children and for the root, 412 and 428 by the version', async () => {
    await child(top, wes);
    expect(await refused(() => wes.delete(inAcme(top), 1))).toEqual([409, 'workspace_has_children']);
    expect(await refused(() => world.acme.admin.delete(inAcme(world.acme.workspace), 1))).toEqual([409, 'root_workspace_stays']);
    expect(await refused(() => wes.delete(inAcme(top), 2))).toEqual([412, 'version_mismatch']);
    expect(await refused(() => wes.delete(inAcme(top)))).toEqual([428, 'precondition_required']);
  });
});
