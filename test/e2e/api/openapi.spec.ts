import type { DeclaredRoute } from '#http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiStack } from './support/api-stack.ts';
import { declaredRoutes } from './support/declared-routes.ts';
import { complaintsAbout } from './support/lint-openapi.ts';
import { operationOf, type OpenApi, type Operation } from './support/openapi.ts';

let stack: ApiStack;
let document: OpenApi;
let routes: readonly DeclaredRoute[];

beforeAll(async () => {
  stack = await ApiStack.start({ worker: false });
  document = (await stack.nobody.get('/openapi.json')).body as OpenApi;
  routes = await declaredRoutes(stack.env);
});
afterAll(() => stack?.stop());

const statusesOf = (route: DeclaredRoute) => Object.keys(operationOf(document, route)?.responses ?? {}).map(Number);

/** The document with one operation changed. */
function planted(change: (operation: Record<string, unknown>) => void): OpenApi {
  const copy = structuredClone(document);
  change(copy.paths['/v1/tenants']?.['get'] as Operation & Record<string, unknown>);
  return copy;
}

describe('H-6 the document', () => {
  it('H-6 has nothing that the linter would warn of', async () => {
    expect(document.openapi).toBe('3.1.0');
    expect(await complaintsAbout(document)).toEqual([]);
  });

  it.each<[string, string, (operation: Record<string, unknown>) => void]>([
    ['an operation without a summary', 'operation-summary', (operation) => delete operation.summary],
    ['an operation id of another', 'operation-operationId-unique', (operation) => (operation.operationId = 'Tenants_create')],
    ['a tag that nobody described', 'operation-tag-defined', (operation) => (operation.tags = ['loose'])],
    ['a reference to nothing', 'no-unresolved-refs', (operation) => (operation.responses = { 200: { $ref: '#/components/responses/No' } })],
    ['a security scheme that is none', 'security-defined', (operation) => (operation.security = [{ basic: [] }])],
  ])('H-6 the linter would notice %s', async (_what, rule, change) => {
    expect((await complaintsAbout(planted(change))).join('\n')).toContain(rule);
  });

  it('H-6 derives what a route can answer from its declaration', () => {
    for (const route of routes.filter(({ access }) => access.kind !== 'public')) {
      const statuses = statusesOf(route);
      const at = `${route.method} ${route.url}`;
      expect(statuses, at).toEqual(expect.arrayContaining([400, 401, 403, 422, 429, 500, 503]));
      expect(statuses.includes(428), at).toBe(route.idempotency === 'natural');
      expect(statuses.includes(409), at).toBe(route.method !== 'GET');
      if (route.access.kind === 'permission' || (route.access.kind === 'platform' && route.takesBody)) expect(statuses, at).toContain(404);
      if (route.url.includes(':workspace')) expect(statuses, at).toContain(410);
      expect(operationOf(document, route)?.security, at).toEqual([{ bearer: [] }]);
    }
  });
});
