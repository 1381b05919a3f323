import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { ApiStack, platformAdmin } from './support/api-stack.ts';
import type { ApiClient } from './support/api-client.ts';

let stack: ApiStack;
let alice: ApiClient;
let bob: ApiClient;
let root: ApiClient;
const idOf = async (client: ApiClient): Promise<string> => (await client.get('/v1/me')).body.id as string;

beforeAll(async () => {
  stack = await ApiStack.start();
  [alice, bob, root] = await Promise.all([stack.as('alice'), stack.as('bob'), stack.as(platformAdmin)]);
});
afterAll(() => stack?.stop());

describe('the main job over HTTP', () => {
  it('T-1 a tenant is created with its root workspace, and its creator may read both', async () => {
    const created = await alice.post('/v1/tenants', { name: ' Acme ', slug: 'acme', external_id: 'crm-1', metadata: { plan: 'gold' } });
    expect(created.status, created.text).toBe(201);
    expect(created.headers.get('location')).toBe(`/v1/tenants/${created.body.id}`);
    expect(created.headers.get('etag')).toBe('"1"');
    expect(created.headers.get('tenantry-projection')).toBe('applied');
    const tenant = await alice.get('/v1/tenants/acme');
    expect(tenant.body).toMatchObject({
      id: created.body.id,
      name: 'Acme',
      slug: 'acme',
      state: 'active',
      version: 1,
      metadata: { plan: 'gold' },
    });
    expect(tenant.headers.get('cache-control')).toBe('no-store');
    const workspace = await alice.get(`/v1/tenants/acme/workspaces/${created.body.root_workspace_id}`);
    expect(workspace.body).toMatchObject({ id: created.body.root_workspace_id, tenant_id: created.body.id, parent_id: null });
  });

  it('M-6 a member is added, sees the tenant, is removed, and is an outsider again', async () => {
    const bobId = await idOf(bob);
    expect((await bob.get('/v1/tenants/acme')).status).toBe(404);
    const added = await alice.post('/v1/tenants/acme/members', { user_id: bobId, role: 'member' });
    expect(added.status, added.text).toBe(201);
    expect((await bob.get('/v1/tenants/acme')).status).toBe(200);
    expect((await bob.get('/v1/tenants/acme/members')).body).toMatchObject({ code: 'permission_denied', status: 403 });
    const removed = await alice.delete(`/v1/tenants/acme/members/${bobId}`, added.body.version as number);
    expect(removed.status, removed.text).toBe(204);
    expect((await bob.get('/v1/tenants/acme')).status).toBe(404);
  });

  it('T-4 a suspended tenant is shut for its members, open for platform admins, and comes back', async () => {
    expect((await root.post('/v1/tenants/acme/suspend')).status).toBe(200);
    expect((await alice.get('/v1/tenants/acme')).body).toMatchObject({ code: 'tenant_suspended', status: 403 });
    expect((await root.get('/v1/tenants/acme')).body).toMatchObject({ state: 'suspended' });
    expect((await root.post('/v1/tenants/acme/restore')).status).toBe(200);
    expect((await alice.get('/v1/tenants/acme')).status).toBe(200);
  });

  it('P-6 whoever did not wait sees their change all the same, with the token they got', async () => {
    for (let round = 0; round < 10; round += 1) {
      const created = await alice.post('/v1/tenants', { name: `Round ${round}` }, { prefer: 'respond-async' });
      expect([created.status, created.headers.get('preference-applied'), created.headers.get('tenantry-projection')]).toEqual([
        201,
        'respond-async',
        'pending',
      ]);
      const token = created.headers.get('tenantry-consistency') ?? '';
      const read = await alice.get(`/v1/tenants/${created.body.id}`, { 'tenantry-consistency': token });
      expect(read.status, read.text).toBe(200);
    }
  });

  it('a guarded read that is allowed costs one engine call', async () => {
    const { body } = await alice.get('/v1/tenants/acme');
    // Of either kind: shortly after a revocation the newest state is asked, in one bulk call.
    const calls = async () => {
      const page = await (await fetch(`${stack.api.url}/metrics`)).text();
      return [...page.matchAll(/tenantry_graph_calls_total{call="check\w*"} (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    };
    const costOfFive = async () => {
      const before = await calls();
      for (let i = 0; i < 5; i += 1) expect((await alice.get(`/v1/tenants/${body.id}`)).status).toBe(200);
      return (await calls()) - before;
    };
    // Within the staleness window of the restoring above a first answer may still be no, and is asked again.
    await eventually(async () => (await costOfFive()) === 5, { within: 5_000, every: 200, what: 'one call for each' });
    expect(await costOfFive()).toBe(5);
  });
});
