import { errorCatalogue, type DeclaredRoute } from '#http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ask } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { declaredRoutes, pathOf } from './support/declared-routes.ts';
import { bodySchemaOf, exampleBody, operationOf, type OpenApi } from './support/openapi.ts';
import { candidates, makePools, type Pool } from './support/pool.ts';
import { absentUlid, makeWorld, type World } from './support/world.ts';

let stack: ApiStack;
let world: World;
let pools: readonly Pool[];
let routes: readonly DeclaredRoute[];
let document: OpenApi;

beforeAll(async () => {
  stack = await ApiStack.start({ env: { READ_YOUR_WRITES_WAIT_MS: '0' } });
  [world, routes] = [await makeWorld(stack), await declaredRoutes(stack.env)];
  pools = await makePools(world);
  document = (await stack.nobody.get('/openapi.json')).body as OpenApi;
});
afterAll(() => stack?.stop());

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('', ' ', 'null', '\0', '\ud800', '../..', "'; DROP TABLE tenants; --", '%00', 'x'.repeat(5_000)),
);
const junk = fc.oneof(
  text,
  fc.json({ maxDepth: 3 }).map((json) => JSON.parse(json) as unknown),
  fc.double(),
  fc.constant(null),
);

/** Names in a body that stand for ids get ids that exist, as often as not. */
const idMembers: Readonly<Record<string, string>> = { user_id: 'user', parent_id: 'workspace', tenant_id: 'tenant' };

/** Mostly what the document asks for, with some of it replaced. */
function bodies(route: DeclaredRoute, pool: Pool): fc.Arbitrary<unknown> {
  const members = Object.keys(bodySchemaOf(document, route)?.properties ?? {});
  const example = exampleBody(document, route);
  const withIds = fc.record(
    Object.fromEntries(
      members.filter((name) => idMembers[name]).map((name) => [name, fc.constantFrom(...candidates(pool, idMembers[name] ?? ''))]),
    ),
  );
  const partly = fc
    .dictionary(members.length > 0 ? fc.constantFrom(...members) : fc.string(), junk, { maxKeys: 3 })
    .map((replaced) => ({ ...example, ...replaced }));
  return fc.oneof(
    { weight: 4, arbitrary: partly },
    { weight: 3, arbitrary: example ? withIds.map((ids) => ({ ...example, ...ids })) : fc.constant(undefined) },
    fc.constant(undefined),
    fc.json(),
    fc.string({ unit: 'binary' }),
  );
}

const headerText = fc.string({ maxLength: 30 }).map((value) => value.replace(/[^\x20-\x7e]/g, ''));
const seldom = (arbitrary: fc.Arbitrary<string>) => fc.oneof({ weight: 12, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const headers = fc
  .record({
    'if-match': fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom('*', '"1"', '"2"') },
      { weight: 1, arbitrary: headerText },
      { weight: 1, arbitrary: fc.constant(undefined) },
    ),
    'idempotency-key': seldom(fc.oneof(fc.constantFrom('a', 'b'), headerText)),
    'tenantry-consistency': seldom(headerText),
    prefer: seldom(fc.oneof(fc.constant('respond-async'), headerText)),
    'content-type': seldom(fc.constantFrom('application/merge-patch+json', 'text/plain', '')),
  })
  .map((sent) => Object.fromEntries(Object.entries(sent).filter((entry): entry is [string, string] => entry[1] !== undefined)));
/** Values for the names in a path: ids that exist, of this or of another kind and tenant, and text that is none. */
function places({ url }: DeclaredRoute, pool: Pool): fc.Arbitrary<Record<string, string>> {
  const names = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const everything = pools.flatMap((each) => Object.values(each)).flat();
  const one = (name: string) =>
    fc.oneof(
      { weight: 16, arbitrary: fc.constantFrom(...candidates(pool, name)) },
      { weight: 1, arbitrary: fc.constant(absentUlid) },
      { weight: 1, arbitrary: fc.constantFrom(...everything) },
      { weight: 1, arbitrary: text.map(encodeSegment) },
    );
  return fc.record(Object.fromEntries(names.map((name) => [name, one(name)])));
}

function encodeSegment(value: string): string {
  return (
    encodeURIComponent(value.toWellFormed())
      .slice(0, 4_000)
      .replace(/%[0-9A-F]?$/, '') || 'x'
  );
}

/** One person leaving, or a tenant suspended, and all that follows would be refused at the door. */
const endsTheStory = ({ url }: DeclaredRoute) => /\/tenants\/:tenant\/suspend$|\/tenants\/:tenant\/members\/leave$/.test(url);

/**
 * What operators do to the projection stops shards, moves tenants and makes the graph anew. All of it is tried, but after everything that
 * needs a graph: to the routes before, denials would be 503 and what was just given would not be there.
 */
const workOnProjection = ({ url, method }: DeclaredRoute) => method !== 'GET' && url.startsWith('/v1/platform/projection');
const inOrder = (all: readonly DeclaredRoute[]) => [
  ...all.filter((route) => !workOnProjection(route)),
  ...all.filter((route) => workOnProjection(route)),
];

function requestsTo(route: DeclaredRoute) {
  const parameters = operationOf(document, route)?.parameters ?? [];
  const named = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const query = fc.dictionary(fc.oneof(fc.constantFrom('page_size', 'cursor', ...named), fc.string({ maxLength: 5 })), text, {
    maxKeys: 2,
  });
  const { root, both, outsider } = world;
  const caller = fc.constantFrom(root, root, root, root, both, both, outsider, stack.nobody);
  const sent = (pool: Pool) =>
    fc.record({ at: places(route, pool), body: bodies(route, pool), headers, query: fc.oneof(fc.constant({}), query), caller });
  return fc.constantFrom(...pools).chain(sent);
}

describe('H-5 whatever is sent, the answer is one that the document announces', () => {
  it('H-6 no undocumented status, no 500, and every error in its shape', async () => {
    const counts = new Map<number, number>();
    const tried = inOrder(routes.filter((route) => route.access.kind !== 'public' && !endsTheStory(route)));
    for (const route of tried) {
      const { responses = {} } = operationOf(document, route) ?? {};
      await fc.assert(
        fc.asyncProperty(requestsTo(route), async ({ at: values, body, headers: extra, query, caller }) => {
          const path = pathOf(route, values);
          const search = new URLSearchParams();
          for (const [name, value] of Object.entries(query)) search.append(name.toWellFormed(), value.toWellFormed());
          const ask: Ask = { headers: extra, ...(route.method === 'GET' ? {} : { body }) };
          const answer = await caller.send(route.method, `${path}${search.size > 0 ? `?${search.toString()}` : ''}`, ask);
          counts.set(answer.status, (counts.get(answer.status) ?? 0) + 1);
          const at = `${route.method} ${path} ${JSON.stringify(ask)}: ${answer.status} ${answer.text}`;
          expect(answer.status, at).not.toBe(500);
          expect(Object.keys(responses), at).toContain(String(answer.status));
          if (answer.status < 400) return;
          expect(answer.body, at).toMatchObject({ status: answer.status, request_id: answer.headers.get('x-request-id') });
          expect(errorCatalogue.find(({ code }) => code === answer.body.code)?.statuses, at).toContain(answer.status);
        }),
        { numRuns: 60 },
      );
    }
    const sum = [...counts.values()].reduce((all, count) => all + count, 0);
    const byStatus = [...counts].sort(([one], [other]) => one - other).map(([status, count]) => `${status}: ${count}`);
    console.log(`${sum} requests to ${tried.length} routes, no undocumented status; ${byStatus.join(', ')}`);
  });
});
