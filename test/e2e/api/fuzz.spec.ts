import { errorCatalogue, type DeclaredRoute } from '#http';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Ask } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { declaredRoutes, pathOf } from './support/declared-routes.ts';
import { bodySchemaOf, exampleBody, operationOf, type OpenApi } from './support/openapi.ts';
import { absentUlid, makeWorld, type World } from './support/world.ts';

let stack: ApiStack;
let world: World;
let routes: readonly DeclaredRoute[];
let document: OpenApi;

beforeAll(async () => {
  stack = await ApiStack.start({ env: { READ_YOUR_WRITES_WAIT_MS: '0' } });
  [world, routes] = [await makeWorld(stack), await declaredRoutes(stack.env)];
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

/** Mostly what the document asks for, with some of it replaced. */
function bodies(route: DeclaredRoute): fc.Arbitrary<unknown> {
  const members = Object.keys(bodySchemaOf(document, route)?.properties ?? {});
  const example = exampleBody(document, route);
  const partly = fc
    .dictionary(members.length > 0 ? fc.constantFrom(...members) : fc.string(), junk, { maxKeys: 3 })
    .map((replaced) => ({ ...example, ...replaced }));
  return fc.oneof(
    { weight: 4, arbitrary: partly },
    { weight: 3, arbitrary: fc.constant(example) },
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
const ids = () =>
  fc.oneof(
    text.map(encodeSegment),
    fc.constantFrom(absentUlid, world.acme.id, world.globex.adminId, world.memberOfAcme, world.acme.workspace, 'acme'),
  );

function encodeSegment(value: string): string {
  return (
    encodeURIComponent(value.toWellFormed())
      .slice(0, 4_000)
      .replace(/%[0-9A-F]?$/, '') || 'x'
  );
}

describe('H-5 whatever is sent, the answer is one that the document announces', () => {
  it('H-6 no undocumented status, no 500, and every error in its shape', async () => {
    for (const route of routes.filter(({ access, url }) => access.kind !== 'public' && !url.endsWith('/suspend'))) {
      const { responses = {}, parameters = [] } = operationOf(document, route) ?? {};
      const query = fc.dictionary(fc.oneof(fc.constantFrom('page_size', 'cursor', 'email', 'scope'), fc.string({ maxLength: 5 })), text, {
        maxKeys: 2,
      });
      const sent = fc.record({ tenant: ids(), user: ids(), workspace: ids(), body: bodies(route), headers, query });
      await fc.assert(
        fc.asyncProperty(sent, async ({ body, headers: extra, query: filters, ...values }) => {
          const path = pathOf(route, { ...values, tenant: parameters.length % 2 === 0 ? values.tenant : 'globex' });
          const search = new URLSearchParams();
          for (const [name, value] of Object.entries(filters)) search.append(name.toWellFormed(), value.toWellFormed());
          const ask: Ask = { headers: extra, ...(route.method === 'GET' ? {} : { body }) };
          const answer = await world.root.send(route.method, `${path}${search.size > 0 ? `?${search.toString()}` : ''}`, ask);
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
  });
});
