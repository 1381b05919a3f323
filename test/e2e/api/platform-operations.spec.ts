import type { OperationId } from '#governance';
import { anId } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from './support/api-client.ts';
import { ApiStack, platformAdmin } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';
import { absentUlid, idOf } from './support/world.ts';

let stack: ApiStack;
let root: ApiClient;
let rootId: string;
beforeAll(async () => {
  stack = await ApiStack.start();
  root = await stack.as(platformAdmin);
  rootId = await idOf(root);
});
afterAll(() => stack?.stop());

const operations = '/v1/platform/operations';
const pathOf = (id: string, action = '') => `${operations}/${id}${action}`;

/** An operation of a kind that no worker does. */
async function operation(kind: string, state = 'pending', secondsAgo = 0): Promise<OperationId> {
  const id = anId<OperationId>();
  await onDatabase(
    stack.database.url,
    `INSERT INTO operations (id, kind, state, request, requested_by, request_id, created_at, updated_at, finished_at, failure)
     VALUES ($1, $2, $3, '{"deep": true}', '{"kind": "system", "id": "test"}', 'r', now() - make_interval(secs => $4), now(),
       CASE WHEN $3 = 'failed' THEN now() END, CASE WHEN $3 = 'failed' THEN '{"code": "internal", "message": "No."}'::jsonb END)`,
    [id, kind, state, secondsAgo],
  );
  return id;
}
const audited = async (id: string) => (await root.get(`/v1/platform/audit-entries?target_type=operation&target_id=${id}`)).body;

describe('O-1 operations over HTTP', () => {
  it('are read with all there is to know, and their version as ETag', async () => {
    const id = await operation('read', 'failed');
    const { status, body, headers } = await root.get(pathOf(id));
    expect([status, headers.get('etag')]).toEqual([200, '"1"']);
    expect(body).toMatchObject({ id, kind: 'read', state: 'failed', input: { deep: true }, failure: { code: 'internal', message: 'No.' } });
    expect(body).toMatchObject({ progress: { done: 0, total: null, step: null }, result: null, retry_of: null, waiting_for_worker: false });
  });

  it('that nobody does say so', async () => {
    const [old, young] = [await operation('lonely', 'pending', 60), await operation('lonely')];
    expect((await root.get(pathOf(old))).body).toMatchObject({ state: 'pending', waiting_for_worker: true });
    expect((await root.get(pathOf(young))).body).toMatchObject({ state: 'pending', waiting_for_worker: false });
  });

  it('are listed newest first, by kind and state, page by page', async () => {
    const ids = [await operation('listed'), await operation('listed', 'failed'), await operation('listed')];
    const first = (await root.get(`${operations}?kind=listed&page_size=2`)).body;
    expect(first.items.map(({ id }: { id: string }) => id)).toEqual([ids[2], ids[1]]);
    const rest = (await root.get(`${operations}?kind=listed&page_size=2&cursor=${first.next_cursor}`)).body;
    expect([rest.items.map(({ id }: { id: string }) => id), rest.next_cursor]).toEqual([[ids[0]], null]);
    const failed = (await root.get(`${operations}?kind=listed&state=failed`)).body;
    expect(failed.items.map(({ id }: { id: string }) => id)).toEqual([ids[1]]);
    for (const filter of ['state=dead', 'kind=No%20such', `cursor=${first.next_cursor}`]) {
      expect([400, 422]).toContain((await root.get(`${operations}?${filter}`)).status);
    }
  });

  it('A-1 are cancelled by the version somebody saw, and by whom is kept', async () => {
    const id = await operation('cancelled');
    expect((await root.send('POST', pathOf(id, '/cancel'), { headers: { 'if-match': '"9"' } })).status).toBe(412);
    const { status, body, headers } = await root.send('POST', pathOf(id, '/cancel'), { headers: { 'if-match': '"1"' } });
    expect([status, body, headers.get('etag')]).toEqual([200, { version: 2 }, '"2"']);
    expect((await root.get(pathOf(id))).body.state).toBe('cancelled');
    const again = await root.post(pathOf(id, '/cancel'));
    expect([again.status, again.body.code]).toEqual([409, 'operation_ended']);
    expect((await audited(id)).items).toEqual([
      expect.objectContaining({
        action: 'operation.cancelled',
        actor: { kind: 'user', id: rootId },
        target: { type: 'operation', id },
        before: { state: 'pending' },
        after: { state: 'cancelled' },
        tenant_id: null,
        workspace_id: null,
      }),
    ]);
  });

  it('are retried when they failed, once at a time, and the same request does it once', async () => {
    const id = await operation('retried', 'failed');
    const key = { 'idempotency-key': `retry ${id}`.replace(' ', '-') };
    const first = await root.post(pathOf(id, '/retry'), undefined, key);
    expect([first.status, first.headers.get('location'), first.headers.get('etag')]).toEqual([201, pathOf(first.body.id as string), '"1"']);
    expect((await root.get(pathOf(first.body.id as string))).body).toMatchObject({ kind: 'retried', retry_of: id, state: 'pending' });
    expect((await root.post(pathOf(id, '/retry'), undefined, key)).body).toEqual(first.body);
    const second = await root.post(pathOf(id, '/retry'));
    expect([second.status, second.body.code]).toEqual([409, 'operation_in_progress']);
    expect(second.body.detail).toContain(first.body.id);
    const pending = await root.post(pathOf(first.body.id as string, '/retry'));
    expect([pending.status, pending.body.code]).toEqual([409, 'operation_not_retryable']);
  });

  it('that do not exist, and words that are no id, are the same 404', async () => {
    for (const id of [absentUlid, 'no-id', '%20', 'a'.repeat(300)]) {
      for (const answer of [await root.get(pathOf(id)), await root.post(pathOf(id, '/cancel')), await root.post(pathOf(id, '/retry'))]) {
        expect([answer.status, answer.body.code], id).toEqual([404, 'operation_not_found']);
      }
    }
  });
});

describe('A-1 the audit trail over HTTP', () => {
  it('is listed newest first, by the first words of the action, page by page', async () => {
    const ids = [await operation('trail'), await operation('trail')];
    for (const id of ids) await root.post(pathOf(id, '/cancel'));
    const path = '/v1/platform/audit-entries?action=operation';
    const first = (await root.get(`${path}&page_size=1`)).body;
    const second = (await root.get(`${path}&page_size=1&cursor=${first.next_cursor}`)).body;
    expect([first, second].map(({ items }) => items[0].target.id)).toEqual([ids[1], ids[0]]);
    expect((await root.get('/v1/platform/audit-entries?action=operation.cancelled')).body.items.length).toBeGreaterThan(1);
    for (const action of ['operatio', 'cancelled', 'operation.cancel']) {
      expect((await root.get(`/v1/platform/audit-entries?action=${action}`)).body.items, action).toEqual([]);
    }
    expect((await root.get('/v1/platform/audit-entries?action=Operation%25')).status).toBe(422);
  });
});
