import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';
import { idOf, makeWorld, type World } from './support/world.ts';

let stack: ApiStack;
let world: World;
let alice: ApiClient;

beforeAll(async () => {
  stack = await ApiStack.start();
  world = await makeWorld(stack);
  alice = world.acme.admin;
});
afterAll(() => stack?.stop());

let made = 0;
const unique = () => `key-${(made += 1)}-${Date.now()}`;
const create = (client: ApiClient, key: string, body: object, headers: Record<string, string> = {}) =>
  client.post('/v1/tenants', body, { 'idempotency-key': key, ...headers });
const tenantsCalled = async (name: string) =>
  (await onDatabase<{ n: number }>(stack.database.url, 'SELECT count(*)::int AS n FROM tenants WHERE name = $1', [name]))[0]?.n;

describe('H-4 Idempotency-Key', () => {
  it('H-4 the same request again has the same answer and no further effect', async () => {
    const key = unique();
    const first = await create(alice, key, { name: 'Twice', slug: 'twice' });
    const second = await create(alice, key, { name: 'Twice', slug: 'twice' });
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    for (const name of ['location', 'etag']) expect(second.headers.get(name)).toBe(first.headers.get(name));
    expect([first, second].map(({ headers }) => headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await tenantsCalled('Twice')).toBe(1);
  });

  it('H-4 another body, path or method with the same key is refused', async () => {
    const key = unique();
    await create(alice, key, { name: 'One' });
    const other = await create(alice, key, { name: 'Other' });
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused']);
    const elsewhere = await alice.post(
      '/v1/tenants/acme/members',
      { user_id: world.memberOfAcme, role: 'member' },
      { 'idempotency-key': key },
    );
    expect([elsewhere.status, elsewhere.body.code]).toEqual([422, 'idempotency_key_reused']);
    expect(await tenantsCalled('Other')).toBe(0);
  });

  it('H-4 a key belongs to its caller', async () => {
    const key = unique();
    const [mine, theirs] = [await create(alice, key, { name: 'Shared key' }), await create(world.outsider, key, { name: 'Shared key' })];
    expect([mine.status, theirs.status, mine.body.id === theirs.body.id]).toEqual([201, 201, false]);
  });

  it('H-4 twins at once have one effect: each gets the first answer or is told to wait', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [key, name] = [unique(), `Twin ${round}`];
      const answers = await Promise.all(Array.from({ length: 6 }, () => create(alice, key, { name }, { prefer: 'respond-async' })));
      const succeeded = answers.filter(({ status }) => status === 201);
      expect(succeeded.length).toBeGreaterThan(0);
      expect(new Set(succeeded.map(({ body }) => body.id as string)).size).toBe(1);
      for (const { status, body, headers } of answers.filter((answer) => answer.status !== 201)) {
        expect([status, body.code]).toEqual([409, 'idempotent_request_in_progress']);
        expect(headers.get('retry-after')).toBe('1');
      }
      expect(await tenantsCalled(name)).toBe(1);
    }
  });

  it('H-4 a request that was refused leaves its key free', async () => {
    const key = unique();
    expect((await create(alice, key, { name: 'Taken', slug: 'acme' })).body.code).toBe('slug_taken');
    expect((await create(alice, key, { name: 'Free', slug: 'free-slug' })).status).toBe(201);
  });

  it('H-4 actions without a body too', async () => {
    const key = { 'idempotency-key': unique() };
    const eve = await stack.as('eve');
    const eveId = await idOf(eve);
    const [first, second] = [
      await world.root.post(`/v1/users/${eveId}/suspend`, undefined, key),
      await world.root.post(`/v1/users/${eveId}/suspend`, undefined, key),
    ];
    expect([first.status, second.status, second.headers.get('idempotency-replayed')]).toEqual([200, 200, 'true']);
    expect(second.body).toEqual(first.body);
  });
});

describe('H-4 conditional changes', () => {
  it('H-4 a change needs the current version, and gives the next', async () => {
    const { body, headers } = await alice.get('/v1/tenants/acme');
    expect(headers.get('etag')).toBe(`"${body.version}"`);
    const changed = await alice.patch('/v1/tenants/acme', { name: 'Acme 2', metadata: { a: { b: 1, c: 2 } } }, body.version as number);
    expect([changed.status, changed.body.version, changed.headers.get('etag')]).toEqual([200, body.version + 1, `"${body.version + 1}"`]);
    expect((await alice.patch('/v1/tenants/acme', { name: 'Lost' }, body.version as number)).body.code).toBe('version_mismatch');
    expect((await alice.get('/v1/tenants/acme')).body.name).toBe('Acme 2');
  });

  it('H-4 a merge patch removes by null, also inside metadata, and leaves the rest', async () => {
    const version = (await alice.get('/v1/tenants/acme')).body.version as number;
    const headers = { 'if-match': `"${version}"`, 'content-type': 'application/merge-patch+json' };
    const patch = { external_id: 'crm-9', metadata: { a: { b: null }, d: 'new' } };
    expect((await alice.send('PATCH', '/v1/tenants/acme', { body: patch, headers })).status).toBe(200);
    expect((await alice.get('/v1/tenants/acme')).body).toMatchObject({
      name: 'Acme 2',
      external_id: 'crm-9',
      metadata: { a: { c: 2 }, d: 'new' },
    });
    await alice.patch('/v1/tenants/acme', { external_id: null }, version + 1);
    expect((await alice.get('/v1/tenants/acme')).body.external_id).toBeNull();
  });

  it('H-4 * and lists are conditions too', async () => {
    const version = (await alice.get('/v1/tenants/acme')).body.version as number;
    const patch = (header: string, name: string) =>
      alice.send('PATCH', '/v1/tenants/acme', { body: { name }, headers: { 'if-match': header } });
    expect((await patch(`"1", W/"2", "${version}"`, 'By list')).status).toBe(200);
    expect((await patch('*', 'By star')).status).toBe(200);
    expect((await patch(`W/"${version + 2}"`, 'By a weak tag')).status).toBe(412);
    expect((await alice.get('/v1/tenants/acme')).body.name).toBe('By star');
  });

  it('T-2 names and slugs: 409 names the field, limits hold to the character', async () => {
    expect((await alice.post('/v1/tenants', { name: 'x', slug: 'acme' })).body).toMatchObject({
      status: 409,
      code: 'slug_taken',
      errors: [{ pointer: '/slug' }],
    });
    const emoji = '😀'.repeat(255);
    expect((await alice.post('/v1/tenants', { name: ` ${emoji} ` })).status).toBe(201);
    expect((await alice.post('/v1/tenants', { name: `${emoji}😀` })).status).toBe(422);
    const slugs: [string, number][] = [
      ['ab', 422],
      ['abc', 201],
      ['a'.repeat(64), 201],
      ['a'.repeat(65), 422],
      ['-abc', 422],
      ['abc-', 422],
      ['Abc', 422],
      ['admin', 422],
    ];
    for (const [slug, status] of slugs) expect((await alice.post('/v1/tenants', { name: 'x', slug })).status, slug).toBe(status);
  });

  it('M-1 any other word than a role is refused', async () => {
    for (const role of ['owner', 'ADMIN', '', 'admin ']) {
      expect((await alice.post('/v1/tenants/acme/members', { user_id: world.memberOfAcme, role })).status).toBe(422);
    }
  });
});

describe('H-4 lists', () => {
  it('H-4 pages cover a list once, in order, at any size', async () => {
    const whole = (await world.root.get('/v1/users?page_size=200')).body.items as { id: string }[];
    expect(whole.length).toBeGreaterThan(5);
    for (const size of [1, 2, 3]) {
      const seen: string[] = [];
      for (let cursor: string | null = ''; cursor !== null;) {
        const page = await world.root.get(`/v1/users?page_size=${size}${cursor && `&cursor=${cursor}`}`);
        expect(page.body.items.length).toBeLessThanOrEqual(size);
        seen.push(...(page.body.items as { id: string }[]).map(({ id }) => id));
        cursor = page.body.next_cursor as string | null;
      }
      expect(seen).toEqual(whole.map(({ id }) => id));
    }
  });

  it('lists hold what is the caller’s, and everything only for platform admins', async () => {
    const mine = (await world.globex.admin.get('/v1/tenants')).body.items as { slug: string }[];
    expect(mine.map(({ slug }) => slug)).toEqual(['globex']);
    expect((await world.globex.admin.get('/v1/tenants?scope=all')).body.code).toBe('platform_admin_required');
    const all = (await world.root.get('/v1/tenants?scope=all&page_size=200')).body.items as { slug: string }[];
    expect(all.map(({ slug }) => slug)).toEqual(expect.arrayContaining(['default', 'acme', 'globex']));
  });
});
