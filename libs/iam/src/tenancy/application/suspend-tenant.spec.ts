import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type TenantId } from '#kernel';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { PlatformAdminRequired } from '../../identities/index.ts';
import { TenantNotFound } from '../domain/errors.ts';
import { SuspendTenant, SuspendTenantHandler } from './suspend-tenant.ts';

const iam = new InMemoryIam();
const [ada, root] = [iam.aUser(), iam.aPlatformAdmin()];
const tenantId = iam.aTenantWith({ admin: [ada] }, 'active');
const suspend = (actor = actingUser(root), input: Partial<SuspendTenant['input']> = {}) =>
  new SuspendTenantHandler(iam.unitOfWork, iam.governance, iam.tenants, iam.clock).execute(
    new SuspendTenant(contextOf(actor), { tenantId, ...input }),
  );

describe('T-4 suspending a tenant', () => {
  test('is refused to its own admins, to suspended platform admins and to services', async () => {
    for (const actor of [actingUser(ada), actingUser(iam.aPlatformAdmin('suspended')), { kind: 'service', id: root } as const]) {
      await expect(suspend(actor)).rejects.toBeInstanceOf(PlatformAdminRequired);
    }
  });

  test('is refused with another version, and for a tenant that is not there', async () => {
    await expect(suspend(undefined, { expectedVersion: 9 })).rejects.toBeInstanceOf(VersionMismatch);
    await expect(suspend(undefined, { tenantId: anId<TenantId>() })).rejects.toBeInstanceOf(TenantNotFound);
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });

  test('is done by a platform admin, and the second time changes nothing', async () => {
    expect(await suspend(undefined, { expectedVersion: 1 })).toEqual({ version: 2 });
    expect(await suspend(actingProduct)).toEqual({ version: 2 });
    expect(iam.tenancyRows.tenants.get(tenantId)).toMatchObject({ state: 'suspended', version: 2 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.tenant_suspended']);
  });
});
