import type { DeclaredRoute } from '#http';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { verdictOn, type Circumstances } from './support/access-rules.ts';
import type { Answer, ApiClient, Ask } from './support/api-client.ts';
import { ApiStack, platformAdmin } from './support/api-stack.ts';
import { declaredRoutes, pathOf } from './support/declared-routes.ts';
import { askOf, effectiveRequest, type RequestShape, type Samples } from './support/effective-request.ts';
import { callers, type Caller } from './support/matrix-callers.ts';
import { MatrixWorld, seedWorlds } from './support/matrix-world.ts';
import type { OpenApi } from './support/openapi.ts';
import { permissionsPage } from './support/permissions-page.ts';
import { fingerprint } from './support/tables.ts';

const page = 'docs/permissions.md';
/** One to be refused in, and one for each route to take effect in. */
const [world, ...spare] = Array.from({ length: 49 }, (_, nth) => new MatrixWorld(nth)) as [MatrixWorld, ...MatrixWorld[]];
let tally = { cells: 0, refused: 0 };

let stack: ApiStack;
let routes: readonly DeclaredRoute[];
let document: OpenApi;
let clients: ReadonlyMap<string, ApiClient>;
/** By route, the request that does what the route is there for. */
const effective = new Map<DeclaredRoute, RequestShape>();

const changing = () => routes.filter(({ method }) => method !== 'GET');
const digest = () => fingerprint(stack.database.url);
const clientOf = (caller: Caller, of: MatrixWorld) => (caller.standing.signedIn ? stack.as(of.subject(caller.name)) : stack.nobody);

beforeEach(() => {
  tally = { cells: 0, refused: 0 };
});

beforeAll(async () => {
  stack = await ApiStack.start({ seed: (url, issuer) => seedWorlds(url, issuer, [world, ...spare]) });
  // From here on nothing works in the background: whatever changes was changed by a request.
  await stack.worker?.stop();
  const foreign = ['/openapi.json', '/docs'];
  routes = (await declaredRoutes(stack.env)).filter(({ url }) => !foreign.some((prefix) => url.startsWith(prefix)));
  document = (await stack.nobody.get('/openapi.json')).body as OpenApi;
  clients = new Map(await Promise.all(callers.map(async (caller) => [caller.name, await clientOf(caller, world)] as const)));
});
afterAll(() => stack?.stop());

/** Asks so that nothing can happen past the guards: the version is no version, the body none that any route takes. */
const harmless = (route: DeclaredRoute): Ask =>
  route.method === 'GET' ? {} : { body: { no_route_takes_this: 1 }, headers: { 'if-match': 'none' } };

/** 400 and 422 are about the request: whoever gets them was let in. */
const verdictIn = ({ status }: Answer): 'yes' | number => ([200, 400, 422].includes(status) ? 'yes' : status);

/** Whoever is to be refused asks for what would take effect, whoever is let in for what cannot. */
function askAs(expected: string | number, route: DeclaredRoute, values: Samples): Ask {
  const shape = effective.get(route);
  return expected === 'yes' || shape === undefined ? harmless(route) : askOf(document, route, values, shape);
}

interface Cell {
  readonly caller: Caller;
  readonly expected: string | number;
  readonly answer: Answer;
}

/** Everybody before one route, at once: nobody may change anything, so one comparison of the state stands for all of them. */
async function everybodyBefore(route: DeclaredRoute, circumstances: Circumstances, values: Samples): Promise<readonly Cell[]> {
  const before = await digest();
  const cells = await Promise.all(
    callers.map(async (caller) => {
      const expected = verdictOn(route, caller.standing, circumstances);
      const client = clients.get(caller.name) as ApiClient;
      return { caller, expected, answer: await client.send(route.method, pathOf(route, values), askAs(expected, route, values)) };
    }),
  );
  expect(await digest(), `${route.method} ${route.url} changed something for somebody it refused`).toBe(before);
  tally.cells += cells.length;
  tally.refused += cells.filter(({ expected }) => expected !== 'yes').length;
  return cells;
}

/** What was not answered as the design says, in words. */
const surprises = (route: DeclaredRoute, cells: readonly Cell[]): string[] =>
  cells
    .filter(({ answer, expected }) => verdictIn(answer) !== expected)
    .map(
      ({ caller, answer, expected }) => `${caller.name}: ${route.method} ${route.url}: ${expected}, but ${answer.status} ${answer.text}`,
    );

const report = (what: string, among: number) =>
  console.info(`${what}: ${among} routes x ${callers.length} callers = ${tally.cells} calls, ${tally.refused} of them refused`);

const samplesFor = (route: DeclaredRoute) => [world.samples, ...world.otherSamples][effective.get(route)?.samplesAt ?? 0] ?? world.samples;

describe('who may call what', () => {
  it('every route that changes something does so for somebody', async () => {
    expect(changing().length).toBeLessThanOrEqual(spare.length);
    for (const [nth, route] of changing().entries()) {
      const own = spare[nth] as MatrixWorld;
      const allowed = callers.filter(({ standing }) => verdictOn(route, standing) === 'yes');
      const { shape } = await effectiveRequest(route, {
        document,
        samples: [own.samples, ...own.otherSamples],
        clients: await Promise.all(allowed.map(async (caller) => clientOf(caller, own))),
        digest,
      });
      effective.set(route, shape);
    }
  });

  it('M-9 every route lets in and refuses exactly whom the design says, and a refusal changes nothing', async () => {
    const wrong: string[] = [];
    for (const route of routes) {
      const cells = await everybodyBefore(route, {}, samplesFor(route));
      wrong.push(...surprises(route, cells));
      const shutOut = cells.filter(({ caller, expected }) => caller.standing.suspended && expected !== 'yes');
      for (const { answer } of shutOut) expect(answer.body.code, `I-5 ${route.method} ${route.url}`).toBe('user_suspended');
    }
    expect(wrong).toEqual([]);
    report('matrix', routes.length);
  });

  it('W-4 an archived workspace is 410 on every path below it, to those who may see it and to nobody else', async () => {
    const below = routes.filter(({ url }) => url.includes(':workspace'));
    const values = { ...world.samples, workspace: world.id('workspace', 'attic') };
    const wrong: string[] = [];
    for (const route of below) {
      const cells = await everybodyBefore(route, { archived: true }, values);
      wrong.push(...surprises(route, cells));
      const codes = cells.filter(({ expected }) => expected === 410).map(({ answer }) => answer.body?.code);
      expect(new Set([...codes, 'workspace_archived'])).toEqual(new Set(['workspace_archived']));
    }
    expect(wrong).toEqual([]);
    report('archived workspace', below.length);
  });

  it('T-4 in a suspended tenant its members are refused everywhere, outsiders still see none, and platform admins go on seeing it', async () => {
    const below = routes.filter(({ access }) => access.kind === 'permission');
    await stack.as(platformAdmin).then((root) => root.post(`/v1/tenants/${world.id('tenant', 'acme')}/suspend`));
    const wrong: string[] = [];
    for (const route of below) {
      const cells = await everybodyBefore(route, { suspendedTenant: true }, world.samples);
      wrong.push(...surprises(route, cells));
      for (const { caller, answer } of cells.filter(({ caller: { standing } }) => standing.tenant !== null))
        expect(answer.body.code, caller.name).toBe(caller.standing.suspended ? 'user_suspended' : 'tenant_suspended');
    }
    expect(wrong).toEqual([]);
    report('suspended tenant', below.length);
  });

  it('M-9 viewers change nothing but that they leave', () => {
    const viewer = callers.find(({ name }) => name === 'workspace viewer') as Caller;
    const open = changing().filter((route) => route.access.kind === 'permission' && verdictOn(route, viewer.standing) === 'yes');
    expect(open.filter(({ url }) => !url.endsWith('/leave')).map(({ method, url }) => `${method} ${url}`)).toEqual([]);
  });

  it('docs/permissions.md says so', () => {
    if (process.env.UPDATE_DOCS === '1') writeFileSync(page, permissionsPage(routes));
    expect(readFileSync(page, 'utf8')).toBe(permissionsPage(routes));
  });
});
