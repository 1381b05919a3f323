import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startService, type RunningService } from '../../support/child-process.ts';
import { eventually } from '../../support/eventually.ts';
import { ApiClient } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';
import { fingerprint, onDatabase } from './support/tables.ts';
import { TcpGate } from './support/tcp-gate.ts';
import { idOf, join, makeWorld, type World } from './support/world.ts';

let stack: ApiStack;
let world: World;
let gate: TcpGate;
let api: RunningService;

/** The API under test reaches PostgreSQL through a gate; everything else reaches it directly. */
beforeAll(async () => {
  stack = await ApiStack.start();
  world = await makeWorld(stack);
  const { hostname, port } = new URL(stack.database.url);
  gate = new TcpGate({ host: hostname, port: Number(port) });
  await gate.open();
  const gated = new URL(stack.database.url);
  gated.hostname = '127.0.0.1';
  gated.port = String(gate.port);
  api = await startService({ program: 'apps/api/src/main.js', portVariable: 'PORT', env: { ...stack.env, DATABASE_URL: gated.href } });
});
afterAll(async () => {
  await api?.stop();
  await gate?.shut();
  await stack?.stop();
});

const gatedAs = async (subject: string) => new ApiClient(api.url, await stack.issuer.token({ claims: { sub: subject } }));

describe('I-8 an outage of the database', () => {
  it('I-8 is 503 with Retry-After on every path, for known and unknown callers, never 401 or 500; and is over when it is over', async () => {
    const known = await gatedAs('alice');
    expect((await known.get('/v1/tenants/acme')).status).toBe(200);
    const unknown = await gatedAs(`newcomer-${Date.now()}`);
    await gate.shut();
    const asks = [
      () => unknown.get('/v1/me'),
      () => known.get('/v1/me'),
      () => known.post('/v1/tenants', { name: 'x' }),
      () => known.get('/v1/tenants/globex'),
    ];
    for (const ask of asks) {
      const answer = await ask();
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'database_unavailable', '1']);
    }
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(503);
    await gate.open();
    await eventually(async () => (await unknown.get('/v1/me')).status === 200, { within: 10_000, what: 'service again' });
  });

  it('I-8 a wrong token is 401 meanwhile: that needs no database', async () => {
    await gate.shut();
    expect((await new ApiClient(api.url, 'a.b.c').get('/v1/me')).status).toBe(401);
    await gate.open();
    await eventually(async () => (await fetch(`${api.url}/readyz`)).status === 200, { within: 10_000, what: 'service again' });
  });
});

describe('I-8 an outage of the issuer', () => {
  it('I-8 is 503 for tokens whose key is not known yet, and nothing for all others', async () => {
    const known = await stack.as('alice');
    await known.get('/v1/me');
    stack.issuer.broken = true;
    const stranger = new ApiClient(stack.api.url, await stack.issuer.token({ key: await stack.issuer.makeKey('RS256') }));
    await eventually(
      async () => {
        const { status, body } = await stranger.get('/v1/me');
        return status === 503 && body.code === 'issuer_unavailable';
      },
      { within: 15_000, every: 250, what: 'an issuer that is missed' },
    );
    expect((await known.get('/v1/me')).status).toBe(200);
    stack.issuer.broken = false;
    await eventually(async () => (await stranger.get('/v1/me')).status === 401, { within: 5_000, what: 'a refusal' });
  });
});

describe('Z-3 an outage of the graph', () => {
  it('Z-3 guarded requests are 503 with Retry-After and change nothing; what needs no check goes on; it ends by itself', async () => {
    const { admin } = world.acme;
    await stack.graph.kill();
    const before = await fingerprint(stack.database.url);
    for (const answer of [
      await admin.get('/v1/tenants/acme'),
      await admin.patch('/v1/tenants/acme', { name: 'Changed' }, 1),
      await admin.get(`/v1/tenants/acme/workspaces/${world.acme.workspace}`),
      await admin.post('/v1/tenants/acme/members', { user_id: world.memberOfAcme, role: 'member' }),
    ]) {
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'authorization_unavailable', '1']);
    }
    expect(await fingerprint(stack.database.url)).toBe(before);
    expect((await admin.get('/v1/me')).status).toBe(200);
    expect((await world.outsider.get('/v1/tenants/acme')).status).toBe(404);
    const created = await admin.post('/v1/tenants', { name: 'Meanwhile' });
    expect([created.status, created.headers.get('tenantry-projection')]).toEqual([201, 'pending']);
    await stack.graph.restart();
    const statuses = new Set<number>();
    await eventually(
      async () => {
        const { status } = await admin.get(`/v1/tenants/${created.body.id}`);
        statuses.add(status);
        return status === 200;
      },
      { within: 30_000, every: 100, what: 'checks at work again' },
    );
    // The engine came back empty: until it was rebuilt that is an outage, never a refusal.
    expect([...statuses].sort()).not.toContain(403);
    await stack.settled();
  });
});

describe('P-7 with projection and signals stopped', () => {
  const removal = (tenant: string, user: string) =>
    onDatabase(
      stack.database.url,
      `WITH roles AS (DELETE FROM workspace_members WHERE user_id = $2) DELETE FROM tenant_members WHERE tenant_id = $1 AND user_id = $2`,
      [tenant, user],
    );

  it('P-7 a removed member and a suspended user are refused at the front door within 5 s, by the rows alone', async () => {
    const [removed, suspended] = await Promise.all([stack.as('removed'), stack.as('suspended')]);
    const [removedId, suspendedId] = await Promise.all([idOf(removed), idOf(suspended)]);
    await join(world.acme, removedId, 'member');
    await join(world.acme, suspendedId, 'member');
    await stack.worker?.stop();
    for (const client of [removed, suspended]) expect((await client.get('/v1/tenants/acme')).status).toBe(200);
    // Written past the product, so that nobody is told.
    await removal(world.acme.id, removedId);
    await onDatabase(stack.database.url, `UPDATE users SET status = 'suspended' WHERE id = $1`, [suspendedId]);
    const since = performance.now();
    const refused = async () => {
      const [gone, shut] = await Promise.all([removed.get('/v1/tenants/acme'), suspended.get('/v1/tenants/acme')]);
      return gone.status === 404 && shut.body.code === 'user_suspended';
    };
    await eventually(refused, { within: 6_000, every: 50, what: 'a refusal' });
    expect(performance.now() - since).toBeLessThan(5_300);
    for (const path of ['/v1/me', '/v1/tenants', '/v1/tenants/acme']) {
      expect((await suspended.get(path)).body).toMatchObject({ status: 403, code: 'user_suspended' });
    }
  });
});

describe('Z-3 P-10 a graph that is not the current one', () => {
  const another = '01ZZZZZZZZZZZZZZZZZZZZZZZZ';
  const unavailable = [503, 'authorization_unavailable'];

  it('Z-3 P-10 says no with 503, never with 403, and not even yes before what no row makes is pruned', async () => {
    const { admin } = world.acme;
    const bob = await stack.as('bob');
    const answers = async () =>
      [await bob.patch('/v1/tenants/acme', { name: 'Mine' }, 1), await admin.get('/v1/tenants/acme')].map(({ status, body }) => [
        status,
        body.code,
      ]);
    await stack.worker?.stop();
    expect(await answers()).toEqual([
      [403, 'permission_denied'],
      [200, undefined],
    ]);
    await onDatabase(stack.database.url, `UPDATE projection_state SET epoch = $1, status = 'rebuilding'`, [another]);
    await eventually(async () => (await admin.get('/v1/tenants/acme')).status === 503, { within: 5_000, what: 'a graph in doubt' });
    expect(await answers()).toEqual([unavailable, unavailable]);
    await onDatabase(stack.database.url, 'UPDATE projection_shards SET epoch = $1, rebuild_phase = 1', [another]);
    await eventually(async () => (await admin.get('/v1/tenants/acme')).status === 200, { within: 5_000, what: 'a yes that is believed' });
    expect(await answers()).toEqual([unavailable, [200, undefined]]);
  });
});
