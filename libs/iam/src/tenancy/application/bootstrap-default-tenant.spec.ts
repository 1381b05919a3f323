import { InMemoryIam } from '#iam/testing';
import { actingProduct, actingUser, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { TenantNameInvalid, TenantSlugInvalid, TenantSlugTaken } from '../domain/errors.ts';
import { BootstrapDefaultTenant, BootstrapDefaultTenantHandler } from './bootstrap-default-tenant.ts';
import { CreateTenant, CreateTenantHandler } from './create-tenant.ts';

let iam: InMemoryIam;
beforeEach(() => {
  iam = new InMemoryIam();
});
const bootstrap = (input = { name: 'Default', slug: 'default' }) =>
  new BootstrapDefaultTenantHandler(iam.unitOfWork, iam.tenants, iam.foundation, iam.clock).execute(
    new BootstrapDefaultTenant(contextOf(actingProduct), input),
  );

describe('T-3 the default tenant', () => {
  test('is made once, with its root workspace and nobody in it', async () => {
    const first = await bootstrap();
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.tenant_created', 'workspaces.workspace_created']);
    expect(iam.workspaceRows.workspaces.all()).toMatchObject([{ tenantId: first.tenant_id, parentId: null }]);
    expect(iam.tenancyRows.members.all()).toEqual([]);
    expect(await bootstrap()).toEqual(first);
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });

  test('stays as it is when it is configured otherwise later', async () => {
    const first = await bootstrap();
    expect(await bootstrap({ name: 'Acme', slug: 'acme' })).toEqual(first);
    expect(iam.tenancyRows.tenants.all()).toMatchObject([{ name: 'Default', slug: 'default' }]);
  });

  test('cannot take the slug of another tenant', async () => {
    const create = new CreateTenantHandler(iam.unitOfWork, iam.creationBy('anyone'), iam.foundation, iam.clock);
    await create.execute(new CreateTenant(contextOf(actingUser(iam.aUser())), { name: 'Acme', slug: 'acme' }));
    await expect(bootstrap({ name: 'Default', slug: 'acme' })).rejects.toBeInstanceOf(TenantSlugTaken);
  });

  test('needs a name and a slug that could be any tenant’s', async () => {
    await expect(bootstrap({ name: '', slug: 'default' })).rejects.toBeInstanceOf(TenantNameInvalid);
    await expect(bootstrap({ name: 'Default', slug: 'D' })).rejects.toBeInstanceOf(TenantSlugInvalid);
  });
});
