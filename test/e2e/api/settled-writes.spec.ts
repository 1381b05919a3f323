import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ApiStack } from './support/api-stack.ts';
import { onDatabase } from './support/tables.ts';
import { idOf, makeWorld, type World } from './support/world.ts';

let stack: ApiStack;
let world: World;

beforeAll(async () => {
  stack = await ApiStack.start();
  world = await makeWorld(stack);
});
afterAll(() => stack?.stop());

describe('P-6 the token of an answer', () => {
  it('P-6 that is repeated with an Idempotency-Key is there too, and makes the change visible', async () => {
    const { admin } = world.acme;
    const create = (prefer: Record<string, string>) =>
      admin.post('/v1/tenants', { name: 'Lost answer' }, { 'idempotency-key': 'lost-answer', ...prefer });
    const first = await create({ prefer: 'respond-async' });
    const again = await create({});
    expect([again.status, again.body.id, again.headers.get('idempotency-replayed')]).toEqual([201, first.body.id, 'true']);
    expect(again.headers.get('tenantry-projection')).toBe('applied');
    const token = again.headers.get('tenantry-consistency') ?? '';
    expect((await admin.get(`/v1/tenants/${first.body.id}`, { 'tenantry-consistency': token })).status).toBe(200);
  });

  it('P-6 of a command over 2,000 tenants is taken back by this server', async () => {
    const busyId = await idOf(await stack.as('busy'));
    await onDatabase(
      stack.database.url,
      `WITH many AS (
         INSERT INTO tenants (id, name, slug, metadata, state, version, created_at, updated_at)
         SELECT '01AAAAAAAAAAAAAAAAAAAA' || lpad(g::text, 4, '0'), 'T' || g, 'many-' || g, '{}', 'active', 1, now(), now()
         FROM generate_series(1, 2000) AS g RETURNING id)
       INSERT INTO tenant_members SELECT id, $1, 'member', 1, now(), now() FROM many`,
      [busyId],
    );
    const suspended = await world.root.post(`/v1/users/${busyId}/suspend`, undefined, { prefer: 'respond-async' });
    expect([suspended.status, suspended.headers.get('tenantry-projection')]).toEqual([200, 'pending']);
    const token = suspended.headers.get('tenantry-consistency') ?? '';
    expect((await world.root.get(`/v1/users/${busyId}`, { 'tenantry-consistency': token })).status).toBe(200);
    expect((await world.acme.admin.get('/v1/tenants/acme', { 'tenantry-consistency': token })).status).toBe(200);
  });
});
