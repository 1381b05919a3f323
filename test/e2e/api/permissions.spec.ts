import type { DeclaredRoute } from '#http';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { verdictOn, type Circumstances } from './support/access-rules.ts';
import type { Answer, ApiClient, Ask } from './support/api-client.ts';
import { ApiStack, platformAdmin } from './support/api-stack.ts';
import { declaredRoutes, pathOf } from './support/declared-routes.ts';
import { askOf, effectiveRequest, type RequestShape, type Samples } from './support/effective-request.ts';
import { callers, type Caller } from './support/matrix-callers.ts';
import { MatrixWorld, seedWorlds } from './support/matrix-world.ts';
import type { OpenApi } from './support/openapi.ts';
import { isProjected, layOutForOperators } from './support/operators-scene.ts';
import { permissionsPage } from './support/permissions-page.ts';
import { fingerprint } from './support/tables.ts';

const page = 'docs/permissions.md';
/** So many callers are under way together. */
const atOnce = 10;
/** One to be refused in, and one for each route to take effect in. */
const [world, ...spare] = Array.from({ length: 60 }, (_, nth) => new MatrixWorld(nth)) as [MatrixWorld, ...MatrixWorld[]];
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
  await eventually(() => isProjected(stack.database.url), { within: 30_000, what: 'an empty work list' });
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

/** What guards say. A use case that refuses says more: whoever hears that was let in too far, even if nothing changed. */
const guardsSay = new Set([
  'permission_denied',
  'platform_admin_required',
  'user_suspended',
  'tenant_suspended',
  'tenant_not_found',
  'workspace_not_found',
  'group_not_found',
  'workspace_archived',
]);

/** 400 and 422 are about the request: whoever gets them was let in. */
function verdictIn({ status, body }: Answer): string | number {
  if ([200, 400, 422].includes(status)) return 'yes';
  return status === 401 || guardsSay.has(body?.code as string) ? status : `${status} ${body?.code}`;
}

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

/** A machine under load may answer 503, which is neither yes nor no. */
async function answered(client: ApiClient, route: DeclaredRoute, values: Samples, ask: Ask): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const answer = await client.send(route.method, pathOf(route, values), ask);
    if (answer.status !== 503 || attempt === 5) return answer;
  }
}

/** Everybody before one route, some at once: nobody may change anything, so one comparison of the state stands for all of them. */
async function everybodyBefore(route: DeclaredRoute, circumstances: Circumstances, values: Samples): Promise<readonly Cell[]> {
  const before = await digest();
  const cells: Cell[] = [];
  for (let from = 0; from < callers.length; from += atOnce) {
    const some = callers.slice(from, from + atOnce).map(async (caller) => {
      const expected = verdictOn(route, caller.standing, circumstances);
      const client = clients.get(caller.name) as ApiClient;
      return { caller, expected, answer: await answered(client, route, values, askAs(expected, route, values)) };
    });
    cells.push(...(await Promise.all(some)));
  }
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

/** Where the route does something: unarchiving, for one, where there is something archived. */
const samplesFor = (route: DeclaredRoute) => [world.samples, ...world.otherSamples][effective.get(route)?.samplesAt ?? 0] ?? world.samples;

describe('who may call what', () => {
  it('every route that changes something does so for somebody', async () => {
    expect(changing().length).toBeLessThanOrEqual(spare.length);
    const idle: string[] = [];
    for (const [nth, route] of changing().entries()) {
      const own = spare[nth] as MatrixWorld;
      await layOutForOperators(stack.database.url);
      const allowed = callers.filter(({ standing }) => verdictOn(route, standing) === 'yes');
      const search = {
        document,
        samples: [own.samples, ...own.otherSamples],
        clients: await Promise.all(allowed.map(async (caller) => clientOf(caller, own))),
        digest,
      };
      await effectiveRequest(route, search).then(
        (shape) => effective.set(route, shape),
        (error: unknown) => idle.push((error as Error).message),
      );
    }
    expect(idle).toEqual([]);
  });

  it('M-9 every route lets in and refuses exactly whom the design says, and a refusal changes nothing', async () => {
    const wrong: string[] = [];
    await layOutForOperators(stack.database.url);
    for (const route of routes) {
      const values = samplesFor(route);
      const circumstances = { archived: values.workspace === world.id('workspace', 'attic') };
      const cells = await everybodyBefore(route, circumstances, values);
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

  it('W-6 what a body names is held to its own permission, and W-4 to being active', async () => {
    const naming = routes.filter(({ also }) => also.length > 0);
    for (const route of naming) {
      const shape = effective.get(route) as RequestShape;
      for (const caller of callers.filter(({ standing }) => standing.tenant === 'member' && verdictOn(route, standing) === 'yes')) {
        for (const [place, status] of [
          ['other', 404],
          ['attic', 410],
        ] as const) {
          const before = await digest();
          const values = {
            ...samplesFor(route),
            ...Object.fromEntries(route.also.map(({ member }) => [member, world.id('workspace', place)])),
          };
          const answer = await clients.get(caller.name)?.send(route.method, pathOf(route, values), askOf(document, route, values, shape));
          expect(answer?.status, `${caller.name}: ${route.method} ${route.url} naming ${place}: ${answer?.text}`).toBe(status);
          expect(await digest()).toBe(before);
        }
      }
    }
  });

  it('T-4 in a suspended tenant its members are refused everywhere, outsiders still see none, and platform admins go on seeing it', async () => {
    const below = routes.filter(({ access }) => access.kind === 'permission');
    const insider = clients.get('tenant member') as ApiClient;
    const path = `/v1/tenants/${world.id('tenant', 'acme')}`;
    await stack.as(platformAdmin).then((root) => root.post(`${path}/suspend`));
    await eventually(async () => (await insider.get(path)).status === 403, { within: 10_000, what: 'the suspension at the front door' });
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
