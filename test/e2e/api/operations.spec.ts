import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService } from '../../support/child-process.ts';
import { eventually } from '../../support/eventually.ts';
import { ApiStack, platformAdmin } from './support/api-stack.ts';
import { declaredRoutes } from './support/declared-routes.ts';
import type { OpenApi } from './support/openapi.ts';
import { onDatabase } from './support/tables.ts';

let stack: ApiStack;

beforeAll(async () => {
  stack = await ApiStack.start();
});
afterAll(() => stack?.stop());

interface Readiness {
  readonly status: string;
  readonly degraded: readonly string[];
  readonly parts: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
}
const readiness = async (url = stack.api.url): Promise<Readiness & { code: number }> => {
  const answer = await fetch(`${url}/readyz`);
  return { code: answer.status, ...((await answer.json()) as Readiness) };
};

describe('health', () => {
  it('is alive and ready, with every part named', async () => {
    expect(await (await fetch(`${stack.api.url}/healthz`)).json()).toEqual({ status: 'ok' });
    const ready = await readiness();
    expect([ready.code, ready.status, Object.keys(ready.parts).sort()]).toEqual([200, 'ok', ['postgres', 'projection', 'spicedb']]);
  });

  it('P-11 readiness names a projection nobody works on, and goes on serving', async () => {
    await stack.worker?.stop();
    const ready = await eventually(
      async () => {
        const found = await readiness();
        return found.degraded.includes('projection') ? found : false;
      },
      { within: 30_000, every: 200, what: 'a projection that is named' },
    );
    expect([ready.code, ready.status]).toEqual([200, 'degraded']);
    expect(ready.parts.projection?.reason).toContain('no worker holds shard');
  });

  it('a process that never reached SpiceDB is not ready', async () => {
    const env = { ...stack.env, SPICEDB_TOKEN: 'wrong' };
    const service = await startService({ program: 'apps/api/src/main.js', portVariable: 'PORT', env, readyPath: '/healthz' });
    const ready = await readiness(service.url);
    expect([ready.code, ready.status, ready.parts.spicedb?.status]).toEqual([503, 'down', 'down']);
    await service.stop();
  });
});

describe('metrics and logs', () => {
  it('requests by route pattern, engine calls for each, the projection by shard', async () => {
    const alice = await stack.as('alice');
    const { body } = await alice.post('/v1/tenants', { name: 'Metric', slug: 'metric' }, { prefer: 'respond-async' });
    await alice.get(`/v1/tenants/${body.id}`);
    const page = await (await fetch(`${stack.api.url}/metrics`)).text();
    for (const name of [
      'tenantry_http_request_duration_seconds_count{method="GET",route="/v1/tenants/:tenant"',
      'tenantry_http_request_graph_calls_bucket{le="1",route="/v1/tenants/:tenant"}',
      'tenantry_graph_calls_total{call="check"}',
      'tenantry_outbox_pending{shard="0"}',
      'tenantry_projection_lag_seconds{shard="4"}',
      'process_resident_memory_bytes',
    ]) {
      expect(page).toContain(name);
    }
    expect(page).not.toContain(body.id);
  });

  it('a line for each request, with its id, and no token, body, query or address in any', async () => {
    const requestId = '0b0e2c5c-93a5-4a52-9f5e-1f6a1f2f3a4b';
    const hugo = await stack.as('hugo', { email: 'hugo@example.com', name: 'Hugo Secretname' });
    await hugo.post(
      '/v1/tenants',
      { name: 'Secret project', metadata: { secret: 'hunter2' } },
      { 'x-request-id': requestId, prefer: 'respond-async' },
    );
    await (await stack.as(platformAdmin)).get('/v1/users?email=hugo@example.com');
    const output = await eventually(() => (stack.api.child.output.includes(requestId) ? stack.api.child.output : false), {
      within: 5_000,
      what: 'the line',
    });
    const line = output.split('\n').find((text) => text.includes(requestId));
    expect(JSON.parse(line ?? '')).toMatchObject({
      msg: 'request',
      request_id: requestId,
      method: 'POST',
      route: '/v1/tenants',
      status: 201,
    });
    for (const secret of [hugo.token ?? '', 'Secret project', 'hunter2', 'hugo@example.com', 'Secretname'])
      expect(output).not.toContain(secret);
  });
});

describe('H-6 the OpenAPI document', () => {
  it('H-6 describes exactly the routes there are, each with its parameters, security and possible answers', async () => {
    const document = (await stack.nobody.get('/openapi.json')).body as OpenApi;
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const undocumented = ['/metrics', '/openapi.json', '/docs'];
    const served = (await declaredRoutes(stack.env)).filter(({ url }) => !undocumented.some((prefix) => url.startsWith(prefix)));
    expect(described.sort()).toEqual(served.map(({ method, url }) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`).sort());
    const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.values(methods).map((operation) => ({ path, operation })),
    );
    expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(operations.length);
    for (const { path, operation } of operations) {
      const inPath = [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name).sort();
      expect(
        operation.parameters
          ?.filter((parameter) => parameter.in === 'path')
          .map(({ name }) => name)
          .sort() ?? [],
        path,
      ).toEqual(inPath);
      expect(
        Object.keys(operation.responses).some((status) => status.startsWith('2')),
        path,
      ).toBe(true);
      expect(operation.security, path).toBeDefined();
    }
  });

  it('H-6 has no reference that leads nowhere', async () => {
    const { text, body } = await stack.nobody.get('/openapi.json');
    const names = new Set(Object.keys((body as OpenApi).components.schemas));
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g)) expect(names).toContain(name);
  });

  it('is there to be read', async () => {
    const page = await stack.nobody.get('/docs');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/html')]);
    expect((await stack.nobody.get('/docs/swagger-ui.css')).status).toBe(200);
    expect((await stack.nobody.get('/docs/no-such-file')).body).toMatchObject({ status: 404, code: 'route_not_found' });
  });
});

describe('graceful stop', () => {
  it('P-6 a request in flight is finished, then the process ends, within 10 s', async () => {
    await stack.worker?.stop();
    const env = { ...stack.env, READ_YOUR_WRITES_WAIT_MS: '1500' };
    const service = await startService({ program: 'apps/api/src/main.js', portVariable: 'PORT', env });
    const { token } = await stack.as('alice');
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    await fetch(`${service.url}/v1/me`, { headers });
    // Nobody projects here, so the answer waits its whole time: it is committed, and not answered yet, when the stop begins.
    const answer = fetch(`${service.url}/v1/tenants`, { method: 'POST', headers, body: '{"name":"In flight"}' });
    const committed = `SELECT FROM tenants WHERE name = 'In flight'`;
    await eventually(async () => (await onDatabase(stack.database.url, committed)).length > 0, { within: 1_500, what: 'its commit' });
    expect(await (await fetch(`${service.url}/metrics`)).text()).not.toContain('POST');
    const started = performance.now();
    const ended = service.stop();
    const { status, headers: sent } = await answer;
    expect([status, sent.get('tenantry-projection')]).toEqual([201, 'pending']);
    expect(await ended, service.child.output).toMatchObject({ code: 0 });
    expect(performance.now() - started).toBeLessThan(10_000);
    await expect(fetch(`${service.url}/healthz`)).rejects.toThrow();
  });

  it('with SHUTDOWN_DELAY_MS it says no to balancers first, and goes on answering everybody else', async () => {
    const env = { ...stack.env, SHUTDOWN_DELAY_MS: '1500' };
    const service = await startService({ program: 'apps/api/src/main.js', portVariable: 'PORT', env });
    const ended = service.stop();
    const ready = await eventually(
      async () => {
        const found = await readiness(service.url);
        return found.code === 503 && found;
      },
      { within: 1_000, what: 'a readiness that says no' },
    );
    expect(ready.status).toBe('stopping');
    expect((await fetch(`${service.url}/v1/me`)).status).toBe(401);
    expect(await ended).toMatchObject({ code: 0 });
  });
});
