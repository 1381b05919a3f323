import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { ApiStack } from './support/api-stack.ts';
import { makeWorld, type World } from './support/world.ts';

let stack: ApiStack;
let world: World;
let owner: pg.Client;

beforeAll(async () => {
  stack = await ApiStack.start();
  world = await makeWorld(stack);
  owner = new pg.Client({ connectionString: stack.database.url, options: '-c search_path=tenantry' });
  await owner.connect();
});
beforeEach(() => stack.settled());
afterAll(async () => {
  await owner?.end();
  await stack?.stop();
});

/** Ends the server's side of every connection of a process that waits for a lock, once there is one. */
const endWaiting = (process: 'tenantry-api' | 'tenantry-worker') =>
  eventually(
    async () => {
      const { rowCount } = await owner.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = $1 AND wait_event_type = 'Lock'`,
        [process],
      );
      return rowCount !== 0;
    },
    { within: 10_000, every: 50, what: 'a connection that waits for a lock' },
  );

const isAlive = async (url: string) => (await fetch(`${url}/healthz`)).status === 200;

describe('I-8 a connection that PostgreSQL ends while it is in use', () => {
  it('I-8 costs the API the request that used it, which is told 503, and nothing else', async () => {
    const { admin, id } = world.acme;
    const { body } = await admin.get(`/v1/tenants/${id}`);
    await owner.query('BEGIN');
    await owner.query('SELECT FROM tenants WHERE id = $1 FOR UPDATE', [id]);
    const changing = admin.patch(`/v1/tenants/${id}`, { name: 'Changed' }, body.version);
    await endWaiting('tenantry-api');
    expect(await changing).toMatchObject({ status: 503, body: { code: 'database_unavailable' } });
    await owner.query('ROLLBACK');
    expect(await isAlive(stack.api.url)).toBe(true);
    expect((await admin.patch(`/v1/tenants/${id}`, { name: 'Changed' }, body.version)).status).toBe(200);
  });

  it('I-8 costs the worker that one try', async () => {
    const { admin, id } = world.acme;
    await owner.query('BEGIN');
    await owner.query('LOCK TABLE outbox_batches IN ACCESS EXCLUSIVE MODE');
    const { body } = await admin.post('/v1/tenants', { name: 'Meanwhile' }, { prefer: 'respond-async' });
    await endWaiting('tenantry-worker');
    await owner.query('ROLLBACK');
    await eventually(async () => (await admin.get(`/v1/tenants/${body.id}`)).status === 200, { within: 20_000, what: 'the new tenant' });
    expect(stack.worker && (await isAlive(stack.worker.url))).toBe(true);
    expect((await admin.get(`/v1/tenants/${id}`)).status).toBe(200);
  });

  it('I-8 at any moment, of any connection, leaves both at work', async () => {
    const { admin } = world.acme;
    let ended = 0;
    const busy = async () => {
      while (ended < 40) await admin.post('/v1/tenants', { name: 'Another' }, { prefer: 'respond-async' });
    };
    const ending = async () => {
      while (ended < 40) {
        const { rowCount } = await owner.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid() AND (state = 'active' OR state LIKE 'idle in transaction%')`,
        );
        ended += rowCount ?? 0;
      }
    };
    await Promise.all([ending(), busy(), busy()]);
    expect([await isAlive(stack.api.url), stack.worker && (await isAlive(stack.worker.url))]).toEqual([true, true]);
  });
});
