import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../support/child-process.ts';
import { eventually } from '../../support/eventually.ts';
import type { ApiClient } from './support/api-client.ts';
import { ApiStack, platformAdmin } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';

const base = '/v1/platform/projection';

let stack: ApiStack;
let root: ApiClient;
let tenant: string;

beforeAll(async () => {
  stack = await ApiStack.start();
  root = await stack.as(platformAdmin);
  tenant = (await (await stack.as('alice')).post('/v1/tenants', { name: 'Acme', slug: 'acme' })).body.id as string;
});
afterAll(() => stack?.stop());

const ops = (...args: string[]) => runProgram({ program: 'apps/ops/src/main.js', args, env: stack.env });

/** An event of the log that the engine refused, as the worker leaves it. */
async function dead(): Promise<string> {
  const { body } = await root.get(`${base}/events?tenant=acme&page_size=1`);
  const { position } = (body.items as { position: string }[])[0] as { position: string };
  await onDatabase(
    stack.database.url,
    `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version, state, attempts, last_error)
     SELECT position, committed_at, bucket, tenant_id, revoking, 1, 'dead', 1, 'INVALID_ARGUMENT' FROM outbox_events WHERE position = $1`,
    [position],
  );
  return position;
}

describe('P-4 the desk over REST', () => {
  it('P-4 lists, shows, retries and discards; outsiders are refused', async () => {
    const position = await dead();
    expect((await root.get(`${base}/events?state=dead`)).body.items).toMatchObject([{ position, tenant_id: tenant, state: 'dead' }]);
    expect((await root.get(`${base}/events/${position}`)).body).toMatchObject({
      agree: true,
      mapping: 'known',
      event: { last_error: 'INVALID_ARGUMENT' },
    });
    expect((await root.post(`${base}/retries`, {})).body.code).toBe('everything_selected');
    expect((await root.post(`${base}/retries`, { state: 'dead' })).body).toEqual({ retried: 1, more: false });
    await eventually(async () => ((await root.get(`${base}/events/${position}`)).body.event as { state: string }).state === 'applied', {
      within: 10_000,
    });
    await dead();
    expect((await root.post(`${base}/discards`, { position, reason: 'tried' })).body).toEqual({ discarded: position });
    expect((await root.post(`${base}/discards`, { position, reason: 'tried' })).status).toBe(404);
    expect((await (await stack.as('alice')).get(`${base}/events`)).status).toBe(403);
  });

  it.each([
    ['events?type=tenancy.member_added', 422, 'event_selection_too_wide'],
    ['events?colour=red', 422, 'invalid_query'],
    ['events?from_position=0', 422, 'invalid_query'],
    ['events?from_position=99999999', 422, 'event_selector_invalid'],
    ['events/99999999', 404, 'event_not_found'],
    ['events/x', 404, 'event_not_found'],
    ['purges/preview?before=2026-02-30', 422, 'purge_date_invalid'],
  ])('P-4 %s is refused with %s %s', async (path, status, code) => {
    const answer = await root.get(`${base}/${path}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('P-8 a replay is an operation that ends; one of everything is refused unless it is said', async () => {
    for (const selectors of [{}, { state: 'applied' }]) {
      const refused = await root.post(`${base}/replays`, selectors);
      expect([refused.status, refused.body.code]).toEqual([422, 'everything_selected']);
    }
    expect((await root.get(`${base}/replays/preview?tenant=acme`)).body).toMatchObject({
      complete: true,
      by_tenant: [{ tenant_id: tenant }],
    });
    const begun = await root.post(`${base}/replays`, { tenant: 'acme' });
    expect([begun.status, begun.body.version]).toEqual([202, 1]);
    await eventually(
      async () => {
        const [row] = await onDatabase<{ state: string }>(stack.database.url, 'SELECT state FROM operations WHERE id = $1', [
          begun.body.id,
        ]);
        return row?.state === 'succeeded';
      },
      { within: 20_000, what: 'the end of the replay' },
    );
  });
});

describe('P-4 the desk on the command line', () => {
  it('P-4 says by its exit code what came of it', async () => {
    const position = await dead();
    const shown = await ops('events', 'show', position, '--json');
    expect([shown.code, JSON.parse(shown.output)]).toMatchObject([1, { agree: true, event: { state: 'dead' } }]);
    expect((await ops('status')).code).toBe(1);
    expect((await ops('events', 'list', '--state', 'dead')).output).toContain('INVALID_ARGUMENT');
    expect((await ops('events', 'discard', position, '--reason', 'x')).code).toBe(2);
    expect((await ops('events', 'retry')).code).toBe(2);
    expect((await ops('events', 'list', '--since', 'yesterday')).code).toBe(2);
    expect((await ops('replay')).code).toBe(2);
    expect((await ops('purge', '--before', '2026-01-31')).code).toBe(2);
    expect((await ops('reshard', '--shards', '17')).code).toBe(2);
    expect((await ops('events', 'discard', position, '--reason', 'tried', '--yes')).code).toBe(0);
    const replayed = await ops('replay', '--tenant', 'acme', '--wait', '--json');
    expect(replayed.code, replayed.output).toBe(0);
    expect((await ops('status', '--tenant', 'acme')).code).toBe(0);
  });
});
