import {
  ChangeTenant,
  CreateTenant,
  ExternalIdTaken,
  FindTenant,
  FindWorkspace,
  FrontDoor,
  ListTenants,
  PlatformAdminRequired,
  RestoreTenant,
  SuspendTenant,
  TenantCreationDisabled,
  TenantNotFound,
  TenantSlugTaken,
  TenantSuspended,
  WorkspaceNotFound,
} from '#iam';
import { VersionMismatch, type TenantId } from '#kernel';
import { actingUser, anId } from '#kernel/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RunningIam } from './support/running-iam.ts';
import { TwoProcesses } from './support/two-processes.ts';

let both: TwoProcesses;
let iam: RunningIam;

beforeAll(async () => {
  both = await TwoProcesses.start();
  iam = both.left;
});
afterAll(() => both.stop());

const longest = '名'.repeat(255);

describe('creating a tenant', () => {
  test('T-1 makes tenant, admin, root workspace and owner in one transaction', async () => {
    const ada = await iam.user('ada');
    const made = await iam.do(actingUser(ada), CreateTenant, {
      name: ' Acme ',
      slug: 'acme',
      externalId: 'crm-1',
      metadata: { a: [1e30] },
    });
    const { tenant_id, root_workspace_id } = made;
    expect(await iam.ask(FindTenant, { tenant: 'acme' })).toMatchObject({
      id: tenant_id,
      name: 'Acme',
      external_id: 'crm-1',
      metadata: { a: [1e30] },
      state: 'active',
      is_default: false,
      has_active_admin: true,
      version: 1,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await iam.ask(FindWorkspace, { tenantId: tenant_id, workspaceId: root_workspace_id })).toMatchObject({
      parent_id: null,
      name: 'Acme',
      slug: 'root',
      version: 1,
    });
    const [owner] = await both.owner.query('SELECT user_id, role FROM workspace_members WHERE workspace_id = $1', [root_workspace_id]);
    expect(owner).toEqual({ user_id: ada, role: 'owner' });
    const events = await both.owner.query<{ type: string; committed: Date }>(
      `SELECT type, committed_at AS committed FROM outbox_events WHERE tenant_id = $1 ORDER BY position`,
      [tenant_id],
    );
    expect(events.map(({ type }) => type)).toEqual([
      'tenancy.tenant_created',
      'tenancy.member_added',
      'workspaces.workspace_created',
      'workspaces.member_added',
    ]);
    expect(new Set(events.map(({ committed }) => committed.getTime()))).toHaveProperty('size', 1);
  });

  test('T-2 the longest name that the domain lets pass fits its columns', async () => {
    const made = await iam.do(actingUser(await iam.user('ada')), CreateTenant, { name: longest, slug: 'a'.repeat(64) });
    expect((await iam.ask(FindTenant, { tenant: made.tenant_id })).name).toBe(longest);
  });

  test('T-7 metadata of exactly the allowed size fits its column, whatever its numbers print as', async () => {
    const room = (used: number) => 16_384 - used;
    const digits = '{"a": "", "n": }'.length + 301;
    const metadata = { a: 'x'.repeat(room(digits)), n: 1e300 };
    const made = await iam.do(actingUser(await iam.user('ada')), CreateTenant, { name: 'Big', metadata });
    const [row] = await both.owner.query('SELECT octet_length(metadata::text) AS bytes FROM tenants WHERE id = $1', [made.tenant_id]);
    expect(row).toEqual({ bytes: 16_384 });
  });

  test('T-2 a slug or external id that is taken is refused, and nothing is left behind', async () => {
    const ada = actingUser(await iam.user('ada'));
    await iam.do(ada, CreateTenant, { name: 'Globex', slug: 'globex', externalId: 'crm-2' });
    const count = () => both.owner.query('SELECT (SELECT count(*) FROM tenants) + (SELECT count(*) FROM workspaces) AS rows');
    const before = await count();
    await expect(iam.do(ada, CreateTenant, { name: 'Globex', slug: 'globex' })).rejects.toBeInstanceOf(TenantSlugTaken);
    await expect(iam.do(ada, CreateTenant, { name: 'Globex', externalId: 'crm-2' })).rejects.toBeInstanceOf(ExternalIdTaken);
    expect(await count()).toEqual(before);
  });

  test('T-1 a tenant has one root, whoever asks for another', async () => {
    const { tenant_id } = await iam.do(actingUser(await iam.user('ada')), CreateTenant, { name: 'Rooted' });
    await expect(both.owner.insertWorkspace(tenant_id)).rejects.toMatchObject({ constraint: 'workspaces_one_root' });
  });

  test('T-6 is refused where the operator says so', async () => {
    const [limited, single] = await Promise.all([
      RunningIam.start(both.url, { tenantCreation: 'platform_admins', poolSize: 1 }),
      RunningIam.start(both.url, { tenantCreation: 'disabled', poolSize: 1 }),
    ]);
    const [user, admin] = [actingUser(await iam.user('ada')), actingUser(await both.owner.insertPlatformAdmin())];
    await limited.do(admin, CreateTenant, { name: 'Allowed' });
    await expect(limited.do(user, CreateTenant, { name: 'Refused' })).rejects.toBeInstanceOf(PlatformAdminRequired);
    await expect(single.do(admin, CreateTenant, { name: 'Refused' })).rejects.toBeInstanceOf(TenantCreationDisabled);
    await Promise.all([limited.stop(), single.stop()]);
  });
});

describe('a tenant that is there', () => {
  test('T-7 changes under the version that its admin read', async () => {
    const ada = actingUser(await iam.user('ada'));
    const { tenant_id: tenantId } = await iam.do(ada, CreateTenant, { name: 'Initech', metadata: { plan: 'gold' } });
    await iam.do(ada, ChangeTenant, { tenantId, expectedVersion: 1, name: 'Initrode', metadata: { seats: 3 } });
    expect(await iam.ask(FindTenant, { tenant: tenantId })).toMatchObject({
      name: 'Initrode',
      metadata: { plan: 'gold', seats: 3 },
      version: 2,
    });
    await expect(iam.do(ada, ChangeTenant, { tenantId, expectedVersion: 1, name: 'Late' })).rejects.toBeInstanceOf(VersionMismatch);
    await expect(iam.do(ada, ChangeTenant, { tenantId, expectedVersion: 2, externalId: 'crm-1' })).rejects.toBeInstanceOf(ExternalIdTaken);
  });

  test('T-4 is suspended and restored by platform admins, who see it all the while', async () => {
    const [ada, root] = [actingUser(await iam.user('ada')), actingUser(await both.owner.insertPlatformAdmin())];
    const { tenant_id: tenantId } = await iam.do(ada, CreateTenant, { name: 'Hooli' });
    await expect(iam.do(ada, SuspendTenant, { tenantId })).rejects.toBeInstanceOf(PlatformAdminRequired);
    await iam.do(root, SuspendTenant, { tenantId, expectedVersion: 1 });
    await expect(iam.do(ada, ChangeTenant, { tenantId, expectedVersion: 2, name: 'No' })).rejects.toBeInstanceOf(TenantSuspended);
    expect(await iam.ask(FindTenant, { tenant: tenantId })).toMatchObject({ state: 'suspended', version: 2 });
    await iam.do(root, RestoreTenant, { tenantId });
    await iam.do(ada, ChangeTenant, { tenantId, expectedVersion: 3, name: 'Yes' });
  });

  test('is found by id and slug, and nothing else is', async () => {
    const { tenant_id } = await iam.do(actingUser(await iam.user('ada')), CreateTenant, { name: 'Umbrella', slug: 'umbrella' });
    expect((await iam.ask(FindTenant, { tenant: tenant_id })).slug).toBe('umbrella');
    for (const tenant of ['UMBRELLA', tenant_id.toLowerCase(), anId(), 'nobody', '', '\0', "'"]) {
      await expect(iam.ask(FindTenant, { tenant })).rejects.toBeInstanceOf(TenantNotFound);
    }
  });

  test('its workspace is not found through another tenant', async () => {
    const ada = actingUser(await iam.user('ada'));
    const [one, other] = [await iam.do(ada, CreateTenant, { name: 'One' }), await iam.do(ada, CreateTenant, { name: 'Other' })];
    const asked = iam.ask(FindWorkspace, { tenantId: one.tenant_id, workspaceId: other.root_workspace_id });
    await expect(asked).rejects.toBeInstanceOf(WorkspaceNotFound);
  });
});

test('H-4 tenants are listed in pages, each tenant once; a member sees their own', async () => {
  const [cleo, dan] = [await iam.user('cleo'), await iam.user('dan')];
  const own: TenantId[] = [];
  for (const name of ['A1', 'B2', 'C3', 'D4', 'E5']) {
    own.push((await iam.do(actingUser(cleo), CreateTenant, { name })).tenant_id);
    await iam.do(actingUser(dan), CreateTenant, { name });
  }
  const listed: string[] = [];
  let after: string | undefined;
  do {
    const page = await iam.ask(ListTenants, { memberId: cleo, limit: 2, ...(after !== undefined && { after }) });
    listed.push(...page.rows.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(listed).toEqual(own.sort());
  const all = await iam.ask(ListTenants, { limit: 200 });
  expect(all.rows.length).toBeGreaterThanOrEqual(10);
  expect(all.next).toBeNull();
});

test('the front door tells in one statement who stands there', async () => {
  const [ada, root, gone] = [await iam.user('ada'), await both.owner.insertPlatformAdmin(), await both.owner.insertUser('suspended')];
  const { tenant_id } = await iam.do(actingUser(ada), CreateTenant, { name: 'Door', slug: 'door' });
  const look = (userId: typeof ada, tenant: string | null) => iam.ask(FrontDoor, { userId, tenant });
  const inside = {
    user_status: 'active',
    tenant_id,
    tenant_state: 'active',
    role: 'admin',
    role_ends_in_ms: null,
    is_platform_admin: false,
  };
  const noTenant = { tenant_id: null, tenant_state: null, role: null, role_ends_in_ms: null };
  expect(await look(ada, tenant_id)).toEqual(inside);
  expect(await look(ada, 'door')).toEqual(inside);
  expect(await look(ada, null)).toEqual({ ...inside, ...noTenant });
  expect(await look(ada, '\0')).toEqual({ ...inside, ...noTenant });
  expect(await look(root, 'door')).toEqual({ ...inside, role: null, is_platform_admin: true });
  expect(await look(gone, 'door')).toEqual({ ...inside, user_status: 'suspended', role: null });
  expect(await look(anId(), anId())).toEqual({ ...noTenant, user_status: null, is_platform_admin: false });
});
