import { InMemoryIam } from '#iam/testing';
import { VersionMismatch } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import * as errors from '../domain/errors.ts';
import { ChangeTenant, ChangeTenantHandler } from './change-tenant.ts';

const iam = new InMemoryIam();
const [ada, bob, eve] = [iam.aUser(), iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], operator: [bob] });
const change = (input: Partial<ChangeTenant['input']>, actor = ada) =>
  new ChangeTenantHandler(iam.unitOfWork, iam.access, iam.tenants, iam.clock).execute(
    new ChangeTenant(contextOf(actingUser(actor)), {
      tenantId,
      expectedVersion: iam.tenancyRows.tenants.get(tenantId)?.version ?? 0,
      ...input,
    }),
  );

describe('T-7 changing a tenant', () => {
  test('keeps what is not named', async () => {
    expect(await change({ name: ' Globex ', metadata: { plan: 'gold' } })).toEqual({ version: 2 });
    expect(await change({ externalId: 'crm-1', metadata: { seats: 5 } })).toEqual({ version: 3 });
    expect(iam.tenancyRows.tenants.get(tenantId)).toMatchObject({
      name: 'Globex',
      externalId: 'crm-1',
      metadata: { plan: 'gold', seats: 5 },
    });
    await change({ externalId: null, metadata: null });
    expect(iam.tenancyRows.tenants.get(tenantId)).toMatchObject({ name: 'Globex', externalId: null, metadata: {} });
    expect(iam.unitOfWork.newEventTypes()).toEqual(Array(3).fill('tenancy.tenant_changed'));
  });

  test.each([
    [{ name: '' }, errors.TenantNameInvalid],
    [{ externalId: '' }, errors.ExternalIdInvalid],
    [{ metadata: { a: '\0' } }, errors.MetadataInvalid],
    [{ metadata: { a: 'x'.repeat(20_000) } }, errors.MetadataTooLarge],
    [{ expectedVersion: 1 }, VersionMismatch],
  ])('refuses %j', async (input, error) => {
    await expect(change(input)).rejects.toBeInstanceOf(error);
  });

  test('is for admins; to outsiders there is no tenant', async () => {
    await expect(change({ name: 'Mine' }, bob)).rejects.toBeInstanceOf(errors.TenantAdminRequired);
    await expect(change({ name: 'Mine' }, eve)).rejects.toBeInstanceOf(errors.TenantNotFound);
    await expect(change({ tenantId: eve as never, name: 'Mine' })).rejects.toBeInstanceOf(errors.TenantNotFound);
  });

  test('T-4 is refused while the tenant is suspended, but not told to outsiders', async () => {
    const suspended = iam.aTenantWith({ admin: [ada] }, 'suspended');
    await expect(change({ tenantId: suspended, name: 'New' })).rejects.toBeInstanceOf(errors.TenantSuspended);
    await expect(change({ tenantId: suspended, name: 'New' }, eve)).rejects.toBeInstanceOf(errors.TenantNotFound);
  });
});
