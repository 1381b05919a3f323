import type { DeclaredRoute } from '#http';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callers, permissionsPage, verdictsOf, type CallerKind } from './support/access-table.ts';
import type { Answer, ApiClient } from './support/api-client.ts';
import { ApiStack, platformAdmin } from './support/api-stack.ts';
import { declaredRoutes, pathOf } from './support/declared-routes.ts';
import { idOf, join } from './support/world.ts';

const page = 'docs/permissions.md';
let stack: ApiStack;
let routes: readonly DeclaredRoute[];
let clients: Readonly<Record<CallerKind, ApiClient>>;
let ids: Record<string, string>;

beforeAll(async () => {
  stack = await ApiStack.start();
  const foreign = ['/openapi.json', '/docs'];
  routes = (await declaredRoutes(stack.env)).filter(({ url }) => !foreign.some((prefix) => url.startsWith(prefix)));
  const [admin, operator, member, outsider, root] = (await Promise.all(
    ['ann', 'otto', 'mia', 'olga', platformAdmin].map((name) => stack.as(name)),
  )) as [ApiClient, ApiClient, ApiClient, ApiClient, ApiClient];
  const created = await admin.post('/v1/tenants', { name: 'Acme' });
  const tenant = { id: created.body.id as string, slug: '', workspace: created.body.root_workspace_id as string, admin, adminId: '' };
  const memberId = await idOf(member);
  await join(tenant, memberId, 'member');
  await join(tenant, await idOf(operator), 'operator');
  await idOf(outsider);
  clients = { nobody: stack.nobody, outsider, member, operator, admin, 'platform admin': root };
  ids = { tenant: tenant.id, workspace: tenant.workspace, user: memberId };
});
afterAll(() => stack?.stop());

/** Asks so that nothing can happen past the guards: the version is no version, the body none that any route takes. */
function ask(route: DeclaredRoute, client: ApiClient): Promise<Answer> {
  const probe = route.method === 'GET' ? {} : { body: { no_route_takes_this: 1 }, headers: { 'if-match': 'none' } };
  return client.send(route.method, pathOf(route, ids), probe);
}

/** 400 and 422 are about the request: whoever gets them was let in. */
const verdictOf = ({ status }: Answer): 'yes' | number => ([200, 400, 422].includes(status) ? 'yes' : status);

describe('who may call what', () => {
  it('M-9 every route lets in and refuses exactly whom its permission says', async () => {
    for (const route of routes) {
      for (const caller of callers) {
        const answer = await ask(route, clients[caller]);
        expect(verdictOf(answer), `${caller}: ${route.method} ${route.url}: ${answer.text}`).toBe(verdictsOf(route)[caller]);
      }
    }
  });

  it('T-4 in a suspended tenant members are refused everywhere, and platform admins go on seeing it', async () => {
    const root = clients['platform admin'];
    await root.post(`/v1/tenants/${ids.tenant}/suspend`);
    for (const route of routes.filter(({ access }) => access.kind === 'permission')) {
      for (const caller of ['member', 'operator', 'admin'] as const) {
        const answer = await ask(route, clients[caller]);
        expect([answer.status, answer.body.code], `${caller}: ${route.url}`).toEqual([403, 'tenant_suspended']);
      }
      expect(verdictOf(await ask(route, clients.outsider)), route.url).toBe(404);
      expect(verdictOf(await ask(route, root)), route.url).toBe(verdictsOf(route)['platform admin']);
    }
    await root.post(`/v1/tenants/${ids.tenant}/restore`);
    expect((await clients.member.get(`/v1/tenants/${ids.tenant}`)).status).toBe(200);
  });

  it('I-5 a suspended user is refused on every route', async () => {
    const root = clients['platform admin'];
    const userId = await idOf(clients.member);
    await root.post(`/v1/users/${userId}/suspend`);
    for (const route of routes.filter(({ access }) => access.kind !== 'public')) {
      const answer = await ask(route, clients.member);
      expect([answer.status, answer.body.code], route.url).toEqual([403, 'user_suspended']);
    }
    await root.post(`/v1/users/${userId}/reactivate`);
    expect((await clients.member.get('/v1/me')).status).toBe(200);
  });

  it('docs/permissions.md says so', () => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(page, permissionsPage(routes));
    expect(readFileSync(page, 'utf8')).toBe(permissionsPage(routes));
  });
});
