import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiStack } from '../e2e/api/support/api-stack.ts';
import type { ApiClient } from '../e2e/api/support/api-client.ts';
import { edgesInGraph, edgesOfState } from '../integration/outbox/support/graph-truth.ts';
import { OwnerConnection } from '../integration/iam/support/owner-connection.ts';
import { startService } from '../support/child-process.ts';
import { eventually } from '../support/eventually.ts';
import { RefusingProxy } from '../support/refusing-proxy.ts';
import { connectSpiceDb } from '#authorization/nest';
import { createTestGraph, type TestGraph } from '../support/test-graph.ts';

/** The promise is about any length; three minutes in the long run, long enough here for every backoff to reach its end. */
const outageMs = process.env.CHAOS_LONG === '1' ? 180_000 : 12_000;

let engine: TestGraph;
let door: RefusingProxy;
let stack: ApiStack;
let owner: OwnerConnection;
let admin: ApiClient;

beforeAll(async () => {
  engine = await createTestGraph();
  door = await RefusingProxy.start(engine.endpoint);
  stack = await ApiStack.start({ env: { SPICEDB_ENDPOINT: door.endpoint, SPICEDB_TOKEN: engine.token, LOG_LEVEL: 'warn' } });
  owner = await OwnerConnection.open(stack.database.url);
  admin = await stack.as('alice');
});
afterAll(async () => {
  await owner?.close();
  await stack?.stop();
  door?.stop();
  await engine?.stop();
});

describe('P-3 Z-3 an engine that refuses every call while it is alive', () => {
  it(`P-3 Z-3 for ${outageMs / 1_000} s under load: guarded requests 503, unguarded ones succeed, nothing dies, all at work within 5 s of its return`, async () => {
    const made = await admin.post('/v1/tenants', { name: 'Acme', slug: 'acme' });
    expect(made.status).toBe(201);
    expect((await admin.get('/v1/tenants/acme')).status).toBe(200);
    const names = () => owner.query<{ name: string }>("SELECT name FROM tenants WHERE slug = 'acme'");

    door.behave('refuse');
    const end = Date.now() + outageMs;
    const unguarded = { sent: 0, refused: [] as string[] };
    const guarded = { sent: 0, wrong: [] as string[] };
    const founding = async (caller: string) => {
      const client = await stack.as(caller);
      while (Date.now() < end) {
        unguarded.sent += 1;
        const answer = await client.post('/v1/tenants', { name: 'Meanwhile' }, { prefer: 'respond-async' });
        if (answer.status !== 201) unguarded.refused.push(`${answer.status} ${answer.text}`);
      }
    };
    const asking = async () => {
      while (Date.now() < end) {
        guarded.sent += 2;
        for (const answer of [await admin.get('/v1/tenants/acme'), await admin.patch('/v1/tenants/acme', { name: 'Changed' }, 1)]) {
          const right =
            answer.status === 503 && answer.body.code === 'authorization_unavailable' && answer.headers.get('retry-after') === '1';
          if (!right) guarded.wrong.push(`${answer.status} ${answer.text}`);
        }
      }
    };
    await Promise.all([founding('bob'), founding('cleo'), asking()]);
    expect(unguarded.refused).toEqual([]);
    expect(guarded.wrong).toEqual([]);
    expect(unguarded.sent).toBeGreaterThan(20);
    expect(guarded.sent).toBeGreaterThan(20);
    expect(await names()).toEqual([{ name: 'Acme' }]);

    door.behave('forward');
    await eventually(async () => (await admin.get('/v1/tenants/acme')).status === 200, { within: 5_000, what: 'checks' });
    const late = await admin.post('/v1/tenants', { name: 'Afterwards' });
    await eventually(async () => (await admin.get(`/v1/tenants/${late.body.id}`)).status === 200, { within: 5_000, what: 'projection' });
    await eventually(async () => (await owner.query("SELECT FROM outbox_pending WHERE state = 'pending'")).length === 0, {
      within: 60_000,
    });
    expect(await owner.query("SELECT FROM outbox_pending WHERE state = 'dead'")).toEqual([]);
    const connection = connectSpiceDb({ ...engine, insecure: true });
    const [held, expected] = [await edgesInGraph(connection.provider), await edgesOfState(owner)];
    connection.close();
    expect(held).toEqual(expected);
  });
});

describe('P-1 the API killed', () => {
  it('P-1 right after a commit, before anybody was told: the worker finds what it committed', async () => {
    const { port } = stack.api;
    await stack.api.stop();
    const env = { ...stack.env, FAIL_POINTS: 'after-commit=kill@3' };
    stack.api = await startService({ program: 'apps/api/src/main.js', portVariable: 'PORT', port, env });
    const carol = await stack.as('carol');
    for (let nth = 0; nth < 10 && stack.api.child.running; nth += 1) {
      await carol.post('/v1/tenants', { name: `Killed ${nth}` }).catch(() => undefined);
    }
    expect(await stack.api.child.ended).toEqual({ code: null, signal: 'SIGKILL' });
    await eventually(async () => (await owner.query('SELECT FROM outbox_pending')).length === 0, { within: 10_000 });
    const connection = connectSpiceDb({ ...engine, insecure: true });
    expect(await edgesInGraph(connection.provider)).toEqual(await edgesOfState(owner));
    connection.close();
  });
});
