import { InMemoryIam } from '#iam/testing';
import type { TenantId, UserId } from '#kernel';
import { actingProduct, actingUser, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { LastTenantAdmin, TenantNotFound, TenantSuspended } from '../domain/errors.ts';
import { LeaveTenant, LeaveTenantHandler } from './leave-tenant.ts';

const iam = new InMemoryIam();
const [ada, bob] = [iam.aUser(), iam.aUser()];
const leave = (tenantId: TenantId, user: UserId, actor = actingUser(user)) =>
  new LeaveTenantHandler(iam.unitOfWork, iam.access, iam.members, iam.removal, iam.clock).execute(
    new LeaveTenant(contextOf(actor), { tenantId }),
  );

describe('leaving a tenant', () => {
  test('needs nobody’s leave, and takes every role below it along', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada], member: [bob] });
    iam.worksIn(tenantId, bob, 'owner');
    expect(await leave(tenantId, bob)).toEqual({ version: 2 });
    expect(iam.roleOf(tenantId, bob)).toBeNull();
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.member_removed', 'workspaces.member_removed']);
  });

  test('M-2 is refused to the last active admin', async () => {
    await expect(leave(iam.aTenantWith({ admin: [ada], member: [bob] }), ada)).rejects.toBeInstanceOf(LastTenantAdmin);
    await leave(iam.aTenantWith({ admin: [ada, bob] }), ada);
  });

  test('is only for members', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada] });
    await expect(leave(tenantId, bob)).rejects.toBeInstanceOf(TenantNotFound);
    await expect(leave(tenantId, ada, actingProduct)).rejects.toBeInstanceOf(TenantNotFound);
    await expect(leave(iam.aTenantWith({ member: [bob] }, 'suspended'), bob)).rejects.toBeInstanceOf(TenantSuspended);
  });
});
