import { InMemoryIam } from '#iam/testing';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { PlatformAdminRequired, UserNotActive } from '../../identities/index.ts';
import * as errors from '../domain/errors.ts';
import { CreateTenant, CreateTenantHandler } from './create-tenant.ts';
import type { TenantCreationRule } from './tenant-creation-policy.ts';

const iam = new InMemoryIam();
const create = (actor = actingUser(iam.aUser()), input: Partial<CreateTenant['input']> = {}, rule: TenantCreationRule = 'anyone') =>
  new CreateTenantHandler(iam.unitOfWork, iam.creationBy(rule), iam.foundation, iam.clock).execute(
    new CreateTenant(contextOf(actor), { name: 'Acme', ...input }),
  );

describe('creating a tenant', () => {
  test('T-1 makes tenant, admin, root workspace and owner, in one transaction', async () => {
    const ada = iam.aUser();
    iam.unitOfWork.newEventTypes();
    const made = await create(actingUser(ada), { name: ' Acme ', slug: 'acme', externalId: 'crm-1', metadata: { plan: 'gold' } });
    expect(iam.unitOfWork.newEventTypes()).toEqual([
      'tenancy.tenant_created',
      'tenancy.member_added',
      'workspaces.workspace_created',
      'workspaces.member_added',
    ]);
    expect(made.version).toBe(1);
    expect(iam.roleOf(made.tenant_id, ada)).toBe('admin');
    expect(iam.tenancyRows.tenants.get(made.tenant_id)).toMatchObject({
      name: 'Acme',
      slug: 'acme',
      externalId: 'crm-1',
      isDefault: false,
    });
    expect(iam.workspaceRows.workspaces.get(made.root_workspace_id)).toMatchObject({ parentId: null, name: 'Acme', slug: 'root' });
  });

  test('without a slug makes one of the name', async () => {
    const [one, other] = [await create(), await create()];
    const slugOf = (id: typeof one.tenant_id) => iam.tenancyRows.tenants.get(id)?.slug;
    expect(slugOf(one.tenant_id)).toMatch(/^acme-[a-z0-9]{10}$/);
    expect(slugOf(other.tenant_id)).not.toBe(slugOf(one.tenant_id));
  });

  test.each([
    [{ name: ' ' }, errors.TenantNameInvalid],
    [{ slug: 'No' }, errors.TenantSlugInvalid],
    [{ slug: 'admin' }, errors.TenantSlugReserved],
    [{ externalId: '' }, errors.ExternalIdInvalid],
    [{ metadata: [] }, errors.MetadataInvalid],
    [{ metadata: { a: 'x'.repeat(20_000) } }, errors.MetadataTooLarge],
  ])('T-2 refuses %j', async (input, error) => {
    await expect(create(undefined, input)).rejects.toBeInstanceOf(error);
  });

  test('T-2 refuses what another tenant has, and leaves nothing behind', async () => {
    await create(undefined, { slug: 'globex', externalId: 'crm-2' });
    const before = iam.tenancyRows.tenants.all().length;
    await expect(create(undefined, { slug: 'globex' })).rejects.toBeInstanceOf(errors.TenantSlugTaken);
    await expect(create(undefined, { externalId: 'crm-2' })).rejects.toBeInstanceOf(errors.ExternalIdTaken);
    expect(iam.tenancyRows.tenants.all()).toHaveLength(before);
  });

  test('is for users who are active', async () => {
    await expect(create(actingUser(iam.aUser('suspended')))).rejects.toBeInstanceOf(UserNotActive);
    await expect(create(actingProduct)).rejects.toBeInstanceOf(errors.TenantCreatorRequired);
    await expect(create({ kind: 'service', id: anId() })).rejects.toBeInstanceOf(errors.TenantCreatorRequired);
  });

  test('T-6 can be kept for platform admins, or switched off for everybody', async () => {
    const [user, admin] = [actingUser(iam.aUser()), actingUser(iam.aPlatformAdmin())];
    await create(admin, {}, 'platform_admins');
    await expect(create(user, {}, 'platform_admins')).rejects.toBeInstanceOf(PlatformAdminRequired);
    await expect(create(admin, {}, 'disabled')).rejects.toBeInstanceOf(errors.TenantCreationDisabled);
  });
});
