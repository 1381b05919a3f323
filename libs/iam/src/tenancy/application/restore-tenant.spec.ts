import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type TenantId } from '#kernel';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { PlatformAdminRequired } from '../../identities/index.ts';
import { TenantNotFound } from '../domain/errors.ts';
import { RestoreTenant, RestoreTenantHandler } from './restore-tenant.ts';

const iam = new InMemoryIam();
const [ada, root] = [iam.aUser(), iam.aPlatformAdmin()];
const tenantId = iam.aTenantWith({ admin: [ada] }, 'suspended');
const restore = (actor = actingUser(root), input: Partial<RestoreTenant['input']> = {}) =>
  new RestoreTenantHandler(iam.unitOfWork, iam.governance, iam.tenants, iam.clock).execute(
    new RestoreTenant(contextOf(actor), { tenantId, ...input }),
  );

describe('T-4 restoring a tenant', () => {
  test('is refused to its own admins, to suspended platform admins and to services', async () => {
    for (const actor of [actingUser(ada), actingUser(iam.aPlatformAdmin('suspended')), { kind: 'service', id: root } as const]) {
      await expect(restore(actor)).rejects.toBeInstanceOf(PlatformAdminRequired);
    }
  });

  test('is refused with another version, and for a tenant that is not there', async () => {
    await expect(restore(undefined, { expectedVersion: 9 })).rejects.toBeInstanceOf(VersionMismatch);
    await expect(restore(undefined, { tenantId: anId<TenantId>() })).rejects.toBeInstanceOf(TenantNotFound);
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });

  test('is done by a platform admin, and the second time changes nothing', async () => {
    expect(await restore(undefined, { expectedVersion: 1 })).toEqual({ version: 2 });
    expect(await restore(actingProduct)).toEqual({ version: 2 });
    expect(iam.tenancyRows.tenants.get(tenantId)).toMatchObject({ state: 'active', version: 2 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.tenant_restored']);
  });
});
