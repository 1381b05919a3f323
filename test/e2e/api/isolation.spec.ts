import type { DeclaredRoute } from '#http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer, ApiClient, Ask } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { declaredRoutes, pathOf } from './support/declared-routes.ts';
import { exampleBody, type OpenApi } from './support/openapi.ts';
import { absentUlid, makeWorld, placeEverywhere, type World } from './support/world.ts';

let stack: ApiStack;
let world: World;
let groupOfAcme: string;
let groupOfGlobex: string;
let routes: readonly DeclaredRoute[];
let document: OpenApi;

beforeAll(async () => {
  stack = await ApiStack.start();
  [world, routes] = [await makeWorld(stack), await declaredRoutes(stack.env)];
  groupOfAcme = await placeEverywhere(world.acme, world.memberOfAcme);
  groupOfGlobex = await placeEverywhere(world.globex, world.bothId);
  document = (await stack.nobody.get('/openapi.json')).body as OpenApi;
});
afterAll(() => stack?.stop());

/** Everything a caller gets to see, but for what differs between any two answers: the time, the request's id, what is left of a quota that fills all the while. */
function visible({ status, headers, text, body }: Answer) {
  const shown = [...headers]
    .filter(([name]) => name !== 'date' && name !== 'x-request-id')
    .map(([name, value]) => [name, name === 'ratelimit' ? value.replaceAll(/=\d+/g, '=<n>') : value])
    .sort();
  const requestId = (body as { request_id?: string } | undefined)?.request_id;
  return { status, headers: shown, text: requestId === undefined ? text : text.replaceAll(requestId, '<request id>') };
}

/** Ways of asking, from what a route wants to what none does. */
function asksFor(route: DeclaredRoute): Ask[] {
  const example = exampleBody(document, route);
  const match = { 'if-match': '"1"' };
  const valid: Ask = example === undefined ? { headers: match } : { body: example, headers: match };
  if (route.method === 'GET') return [valid, { headers: { 'tenantry-consistency': 'nonsense' } }];
  return [
    valid,
    {},
    { body: {}, headers: match },
    { body: { ...example, unknown: 1 }, headers: { 'if-match': 'W/"1"' } },
    { body: '{"broken', headers: match },
    { ...valid, headers: { ...match, 'idempotency-key': `sweep-${Math.random()}` } },
    { ...valid, headers: { 'if-match': '*' } },
  ];
}

type Ids = Record<string, string>;

async function mustBeEqual(route: DeclaredRoute, as: ApiClient, one: Ids, other: Ids, asks = asksFor(route)) {
  const statuses = new Set<number>();
  for (const ask of asks) {
    const [foreign, absent] = (await Promise.all([one, other].map((ids) => as.send(route.method, pathOf(route, ids), ask)))) as [
      Answer,
      Answer,
    ];
    expect(visible(foreign), `${route.method} ${route.url} ${JSON.stringify(ask)}`).toEqual(visible(absent));
    statuses.add(foreign.status);
  }
  return statuses;
}

const inTenant = () => routes.filter(({ url }) => url.includes(':tenant'));

/** What stands for each parameter of a path: a route with a new one needs a line here, and nothing else. */
const everyParameter = (value: string) => ({
  tenant: value,
  user: value,
  workspace: value,
  group: value,
  operation: value,
  subject: value,
  subject_type: 'users',
  position: '1',
});
const absentIds = everyParameter(absentUlid);

/** Real ids of the first tenant, with a user who is a member of each of them. */
const insideAcme = () => ({
  user: world.memberOfAcme,
  workspace: world.acme.workspace,
  group: groupOfAcme,
  subject: world.memberOfAcme,
  subject_type: 'users',
  position: '1',
});

describe('H-3 another tenant cannot be told from none, on every route', () => {
  it('the sweep sees the routes of this API', () => {
    expect(inTenant().length).toBeGreaterThan(10);
  });

  it('H-3 to an outsider, by id and by slug, with everything inside named right', async () => {
    const inside = insideAcme();
    for (const route of inTenant()) {
      const byId = await mustBeEqual(route, world.globex.admin, { tenant: world.acme.id, ...inside }, absentIds);
      const bySlug = await mustBeEqual(route, world.globex.admin, { tenant: 'acme', ...inside }, { ...absentIds, tenant: 'no-such' });
      for (const statuses of [byId, bySlug])
        expect(
          [...statuses].filter((status) => status !== 400),
          route.url,
        ).toEqual([404]);
    }
  });

  it('H-3 to somebody without any tenant', async () => {
    for (const route of inTenant()) {
      await mustBeEqual(route, world.outsider, { tenant: world.acme.id, ...insideAcme() }, absentIds);
    }
  });

  it('H-3 inside a tenant of their own, for what belongs to the other', async () => {
    const nested = inTenant().filter(({ url }) => (url.match(/:/g) ?? []).length > 1);
    expect(nested.length).toBeGreaterThan(3);
    for (const route of nested) {
      const own = { tenant: world.globex.id };
      const foreign = { ...insideAcme(), ...own };
      const statuses = await mustBeEqual(route, world.globex.admin, foreign, { ...absentIds, ...own });
      expect(
        [...statuses].filter((status) => ![400, 412, 422, 428].includes(status)),
        route.url,
      ).toEqual([404]);
    }
  });

  it('H-3 also where all but one part of the path is their own', async () => {
    const { id: tenant, workspace } = world.globex;
    const own = { tenant, workspace, user: world.bothId, group: groupOfGlobex, subject: world.bothId, subject_type: 'users' };
    for (const route of inTenant()) {
      const parts = Object.entries(insideAcme()).filter(([name]) => name !== 'subject_type' && route.url.split('/').includes(`:${name}`));
      for (const [name, foreign] of parts) {
        const statuses = await mustBeEqual(route, world.globex.admin, { ...own, [name]: foreign }, { ...own, [name]: absentUlid });
        expect(
          [...statuses].filter((status) => ![400, 412, 422, 428].includes(status)),
          `${route.url} with a foreign ${name}`,
        ).toEqual([404]);
      }
    }
  });

  it('H-3 to somebody in both tenants, whatever their role: what is in the one is not in the other', async () => {
    // Only requests in the right form: the form is looked at before the tenant, for those whom the graph lets in.
    const wellFormed = (route: DeclaredRoute) => asksFor(route).slice(0, 1);
    expect((await world.both.get(`/v1/tenants/acme/workspaces/${world.acme.workspace}`)).status).toBe(200);
    const { id: tenant } = world.globex;
    for (const route of inTenant().filter(({ url }) => /:(workspace|group)\b/.test(url))) {
      const foreign = { ...insideAcme(), tenant };
      for (const caller of [world.both, world.root])
        await mustBeEqual(route, caller, foreign, { ...foreign, workspace: absentUlid, group: absentUlid }, wellFormed(route));
    }
    const listed = (id: string) => world.both.get(`/v1/tenants/globex/workspaces?parent_id=${id}`);
    expect(visible(await listed(world.acme.workspace))).toEqual(visible(await listed(absentUlid)));
  });

  it('H-3 what has not the form of an id is answered like what is absent', async () => {
    for (const route of inTenant()) {
      for (const junk of ['x', '%00', 'a'.repeat(600), '01jd0000000000000000000000', '%2e%2e%2fadmin']) {
        const [junked, absent] = [{ ...everyParameter(junk), subject_type: junk }, absentIds];
        await mustBeEqual(route, world.globex.admin, junked, absent);
        const own = { tenant: world.globex.id };
        if (route.url.split(':').length > 2) await mustBeEqual(route, world.globex.admin, { ...junked, ...own }, { ...absent, ...own });
      }
    }
  });

  it('H-3 routes of the platform tell nobody else whether a user exists', async () => {
    for (const route of routes.filter(({ url, access }) => url.includes(':user') && access.kind === 'platform')) {
      const statuses = await mustBeEqual(route, world.globex.admin, { user: world.memberOfAcme }, absentIds);
      expect([...statuses].filter((status) => status !== 400)).toEqual([403]);
    }
  });

  it('every route but the public ones asks who it is first', async () => {
    for (const route of routes.filter(({ access }) => access.kind !== 'public')) {
      const answer = await stack.nobody.send(route.method, pathOf(route, { ...absentIds, tenant: world.acme.id }));
      expect([answer.status, answer.headers.get('www-authenticate')], route.url).toEqual([401, 'Bearer realm="tenantry"']);
    }
  });

  it('H-3 HEAD is guarded like GET', async () => {
    for (const route of inTenant().filter(({ method }) => method === 'GET')) {
      const path = pathOf(route, { tenant: world.acme.id, ...insideAcme() });
      const [nobody, outsider, insider] = await Promise.all(
        [stack.nobody, world.outsider, world.root].map((client) => client.send('HEAD', path)),
      );
      expect([nobody?.status, outsider?.status, insider?.status, insider?.text], route.url).toEqual([401, 404, 200, '']);
    }
  });
});
