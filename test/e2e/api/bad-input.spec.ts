import { errorCatalogue, type DeclaredRoute } from '#http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import type { Answer, Ask } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { declaredRoutes, pathOf } from './support/declared-routes.ts';
import { bodySchemaOf, exampleBody, operationOf, type OpenApi, type Schema } from './support/openapi.ts';
import { fingerprint } from './support/tables.ts';
import { makeWorld, type World } from './support/world.ts';

let stack: ApiStack;
let world: World;
let routes: readonly DeclaredRoute[];
let document: OpenApi;
let before: string;
let ids: Record<string, string>;

/** The member of Acme is in a group and in the root workspace too, so that every route finds what its path names. */
async function everywhere({ acme, memberOfAcme }: World): Promise<Record<string, string>> {
  const post = async (path: string, body: object) => {
    const answer = await acme.admin.post(`/v1/tenants/acme/${path}`, body);
    expect(answer.status, answer.text).toBe(201);
    return answer.body.id as string;
  };
  const group = await post('groups', { name: 'Crew' });
  await post(`groups/${group}/members`, { user_id: memberOfAcme, role: 'member' });
  await post(`workspaces/${acme.workspace}/members`, { subject: { type: 'user', id: memberOfAcme }, role: 'viewer' });
  return { group, subject_type: 'users', subject: memberOfAcme };
}

/** Long work that has ended, so that nothing but a request can change it. */
async function endedOperation({ root }: World): Promise<string> {
  const { body } = await root.post('/v1/platform/projection/verifications', {});
  const isOver = async () => (await root.get(`/v1/platform/operations/${body.id}`)).body.finished_at !== null;
  await eventually(isOver, { within: 20_000, every: 200, what: 'the end of a verification' });
  return body.id as string;
}

beforeAll(async () => {
  stack = await ApiStack.start();
  [world, routes] = [await makeWorld(stack), await declaredRoutes(stack.env)];
  document = (await stack.nobody.get('/openapi.json')).body as OpenApi;
  const inside = { tenant: world.acme.id, user: world.memberOfAcme, workspace: world.acme.workspace, ...(await everywhere(world)) };
  ids = { ...inside, position: '1', operation: await endedOperation(world) };
});
afterAll(() => stack?.stop());
beforeEach(async () => (before = await fingerprint(stack.database.url)));
afterEach(async () => expect(await fingerprint(stack.database.url), 'nothing changed').toBe(before));

const guarded = () => routes.filter(({ access }) => access.kind !== 'public');
const withBody = () => guarded().filter(({ takesBody }) => takesBody);
const changing = () => guarded().filter(({ method }) => method !== 'GET');
const match = { 'if-match': '"1"' };

/** As somebody who may do everything, so that nothing but the input can be refused. */
const send = (route: DeclaredRoute, ask: Ask = {}, path = pathOf(route, ids)) => world.root.send(route.method, path, ask);

function mustRefuse(route: DeclaredRoute, answer: Answer, ...expected: readonly (readonly [status: number, code: string])[]): void {
  const at = `${route.method} ${route.url}: ${answer.text}`;
  expect(
    expected.map(([status, code]) => `${status} ${code}`),
    at,
  ).toContain(`${answer.status} ${answer.body?.code}`);
  expect(answer.headers.get('content-type'), at).toContain('application/problem+json');
  const entry = errorCatalogue.find(({ code }) => code === answer.body.code);
  expect(entry?.statuses, at).toContain(answer.status);
  expect(Object.keys(operationOf(document, route)?.responses ?? {}), at).toContain(String(answer.status));
}

const deep = (levels: number) => `{"a":`.repeat(levels) + '1' + '}'.repeat(levels);

describe('H-5 bodies that are no bodies', () => {
  it.each<[string, Ask, number, string]>([
    ['broken JSON', { body: '{"name": ' }, 400, 'malformed_json'],
    ['JSON with a trailing comma', { body: '{"a":1,}' }, 400, 'malformed_json'],
    ['not UTF-8', { body: Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]) }, 400, 'malformed_json'],
    ['__proto__', { body: '{"__proto__": {"role": "admin"}}' }, 400, 'malformed_json'],
    ['over 256 KiB', { body: JSON.stringify({ name: 'x'.repeat(300_000) }) }, 413, 'body_too_large'],
    [
      'another media type',
      { body: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'unsupported_media_type',
    ],
    ['no media type that is one', { body: '{}', headers: { 'content-type': 'json' } }, 415, 'unsupported_media_type'],
  ])('H-5 %s', async (_what, ask, status, code) => {
    for (const route of changing()) mustRefuse(route, await send(route, { ...ask, headers: { ...match, ...ask.headers } }), [status, code]);
  });

  it.each<[string, string]>([
    ['an array', '[]'],
    ['text', '"x"'],
    ['a number', '1'],
    ['true', 'true'],
    ['an unknown member', '{"unknown_member":1}'],
    ['NUL', '{"name":"\\u0000","role":"\\u0000","user_id":"\\u0000"}'],
    ['half a surrogate pair', '{"name":"\\ud800","role":"\\ud800","user_id":"\\ud800"}'],
    ['a member called constructor', '{"constructor":{"name":"x"}}'],
  ])('H-4 %s', async (_what, body) => {
    for (const route of changing()) mustRefuse(route, await send(route, { body, headers: match }), [422, 'validation_failed']);
  });

  it('H-5 nested too deep', async () => {
    for (const route of withBody()) {
      for (const body of [deep(40), deep(20_000), '['.repeat(60_000) + ']'.repeat(60_000)]) {
        mustRefuse(route, await send(route, { body, headers: match }), [400, 'body_too_deep'], [422, 'validation_failed']);
      }
    }
  });
});

const wrong: Readonly<Record<string, readonly unknown[]>> = {
  string: [1, true, {}, [], ['x']],
  object: [1, true, 'x', [], [{}]],
  boolean: [1, 'true', {}, []],
  array: [1, true, 'x', {}],
};
const typesOf = ({ type }: Schema): readonly string[] => (type === undefined ? [] : typeof type === 'string' ? [type] : type);

describe('H-4 members of bodies', () => {
  it('H-4 every member of every body refuses every other type, and null where it cannot be removed, with a pointer to it', async () => {
    let tried = 0;
    for (const route of withBody()) {
      const schema = bodySchemaOf(document, route);
      for (const [member, description] of Object.entries(schema?.properties ?? {})) {
        const types = typesOf(description);
        const values = [...(wrong[types.find((type) => type !== 'null') ?? 'string'] ?? []), ...(types.includes('null') ? [] : [null])];
        for (const value of values) {
          const answer = await send(route, { body: { ...exampleBody(document, route), [member]: value }, headers: match });
          mustRefuse(route, answer, [422, 'validation_failed']);
          expect(answer.body.errors, answer.text).toContainEqual({ pointer: `/${member}`, detail: expect.any(String) });
          tried += 1;
        }
      }
    }
    expect(tried).toBeGreaterThan(30);
  });

  it('H-4 every required member is required', async () => {
    for (const route of withBody()) {
      for (const member of bodySchemaOf(document, route)?.required ?? []) {
        const { [member]: _left, ...rest } = exampleBody(document, route) ?? {};
        const answer = await send(route, { body: rest, headers: match });
        mustRefuse(route, answer, [422, 'validation_failed']);
        expect(answer.body.errors).toEqual([{ pointer: `/${member}`, detail: expect.any(String) }]);
      }
    }
  });

  it('T-2 text over the limit that the document states is refused', async () => {
    for (const route of withBody()) {
      for (const [member, { maxLength }] of Object.entries(bodySchemaOf(document, route)?.properties ?? {})) {
        if (maxLength === undefined) continue;
        const answer = await send(route, {
          body: { ...exampleBody(document, route), [member]: 'x'.repeat(maxLength + 1) },
          headers: match,
        });
        mustRefuse(route, answer, [422, 'validation_failed']);
      }
    }
  });
});

describe('H-4 headers', () => {
  it.each(['3', '"3', "'3'", '"1" "2"', '*, "1"', ''])('H-4 If-Match: %j', async (header) => {
    const relevant = changing().filter((route) => operationOf(document, route)?.parameters?.some(({ name }) => name === 'If-Match'));
    for (const route of relevant.filter(({ idempotency }) => idempotency === 'natural')) {
      mustRefuse(route, await send(route, { body: exampleBody(document, route), headers: { 'if-match': header } }), [
        400,
        'invalid_header',
      ]);
    }
  });

  it.each(['"99"', 'W/"1"', '"0"', '"x"', '"98", "99"'])('H-4 If-Match %s is stale', async (header) => {
    for (const route of changing().filter(({ idempotency }) => idempotency === 'natural')) {
      const answer = await send(route, { body: exampleBody(document, route), headers: { 'if-match': header } });
      mustRefuse(route, answer, [412, 'version_mismatch'], [404, 'platform_admin_not_found']);
    }
  });

  it('H-4 without If-Match nothing is changed', async () => {
    for (const route of changing().filter(({ idempotency }) => idempotency === 'natural')) {
      mustRefuse(route, await send(route, { body: exampleBody(document, route) }), [428, 'precondition_required']);
    }
  });

  it.each(['', 'a b', 'x'.repeat(256), 'ä'])('H-4 Idempotency-Key: %.10j', async (key) => {
    for (const route of changing().filter(({ idempotency }) => idempotency === 'key')) {
      const headers = { 'idempotency-key': key };
      mustRefuse(route, await send(route, { body: exampleBody(document, route), headers }), [400, 'invalid_header']);
    }
  });

  it.each(['', 'nonsense', 'e30', `${'A'.repeat(5_000)}`])('P-6 Tenantry-Consistency: %.10j', async (token) => {
    for (const route of guarded().filter(({ method }) => method === 'GET')) {
      mustRefuse(route, await send(route, { headers: { 'tenantry-consistency': token } }), [400, 'invalid_consistency_token']);
    }
  });
});

describe('H-4 lists', () => {
  const lists = () => guarded().filter((route) => operationOf(document, route)?.parameters?.some(({ name }) => name === 'page_size'));

  it.each<[string, number, string]>([
    ['page_size=0', 422, 'invalid_query'],
    ['page_size=201', 422, 'invalid_query'],
    ['page_size=-1', 422, 'invalid_query'],
    ['page_size=1.5', 422, 'invalid_query'],
    ['page_size=ten', 422, 'invalid_query'],
    ['page_size=', 422, 'invalid_query'],
    ['page_size=5&page_size=6', 422, 'invalid_query'],
    ['offset=3', 422, 'invalid_query'],
    ['constructor=x', 422, 'invalid_query'],
    ['cursor=%00', 422, 'invalid_query'],
    ['cursor=', 400, 'invalid_cursor'],
    ['cursor=nonsense', 400, 'invalid_cursor'],
    ['cursor=%F0%9F%98%80', 400, 'invalid_cursor'],
    [`cursor=${'A'.repeat(4_000)}`, 400, 'invalid_cursor'],
    ['cursor=WyJ4IiwgIjEiXQ', 400, 'invalid_cursor'],
  ])('H-4 ?%.30s', async (query, status, code) => {
    expect(lists().length).toBeGreaterThan(3);
    for (const route of lists()) mustRefuse(route, await send(route, {}, `${pathOf(route, ids)}?${query}`), [status, code]);
  });

  it('H-4 a cursor of another list or tenant', async () => {
    const first = await world.root.get(`/v1/tenants/${world.acme.id}/members?page_size=1`);
    const cursor = first.body.next_cursor as string;
    expect(cursor).toEqual(expect.any(String));
    for (const path of [`/v1/tenants/${world.globex.id}/members`, '/v1/users', '/v1/tenants?scope=all', '/v1/platform/admins']) {
      const answer = await world.root.get(`${path}${path.includes('?') ? '&' : '?'}cursor=${cursor}`);
      expect([answer.status, answer.body.code], path).toEqual([400, 'invalid_cursor']);
    }
  });
});

describe('H-1 what no route takes', () => {
  it.each([
    ['GET', '/v1/nothing', 404, 'route_not_found'],
    ['GET', '/v1/tenants/', 404, 'route_not_found'],
    ['GET', '/v1//tenants', 404, 'route_not_found'],
    ['GET', '/v1/%zz', 400, 'malformed_url'],
    ['GET', '/v1/tenants/%ff', 400, 'malformed_url'],
    ['PUT', '/v1/tenants', 405, 'method_not_allowed'],
    ['DELETE', '/v1/me', 405, 'method_not_allowed'],
    ['OPTIONS', '/v1/tenants', 405, 'method_not_allowed'],
  ])('H-1 %s %s', async (method, path, status, code) => {
    const answer = await world.root.send(method, path);
    expect([answer.status, answer.body.code, answer.body.request_id]).toEqual([status, code, answer.headers.get('x-request-id')]);
  });
});
