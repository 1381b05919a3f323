import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type UserId } from '#kernel';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import * as errors from '../domain/errors.ts';
import { ChangeTenantMemberRole, ChangeTenantMemberRoleHandler } from './change-tenant-member-role.ts';

const iam = new InMemoryIam();
const [ada, bob, eve] = [iam.aUser(), iam.aUser(), iam.aUser()];
const change = (input: Partial<ChangeTenantMemberRole['input']> & { userId: UserId }, actor = actingUser(ada)) =>
  new ChangeTenantMemberRoleHandler(iam.unitOfWork, iam.access, iam.members, iam.clock).execute(
    new ChangeTenantMemberRole(contextOf(actor), { tenantId: aTenant(), role: 'operator', expectedVersion: 1, ...input }),
  );
const aTenant = () => iam.aTenantWith({ admin: [ada], member: [bob] });

describe('changing the role of a member', () => {
  test('M-4 keeps the day of joining, and is one event', async () => {
    const tenantId = aTenant();
    const joined = iam.clock.now();
    iam.clock.passes(60_000);
    expect(await change({ tenantId, userId: bob, role: 'admin' })).toEqual({ version: 2 });
    expect(iam.unitOfWork.events.at(-1)).toMatchObject({ type: 'tenancy.member_role_changed', revoking: false });
    const lock = (tx: never) => iam.members.lock(tx, tenantId, bob);
    expect((await lock(undefined as never))?.snapshot).toMatchObject({ role: 'admin', joinedAt: joined });
  });

  test('M-2 is refused to the last active admin, also by the product itself', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada, iam.aUser('suspended')] });
    await expect(change({ tenantId, userId: ada })).rejects.toBeInstanceOf(errors.LastTenantAdmin);
    await expect(change({ tenantId, userId: ada }, actingProduct)).rejects.toBeInstanceOf(errors.LastTenantAdmin);
  });

  test('M-2 goes when another active admin stays', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada, bob] });
    await change({ tenantId, userId: ada });
    expect(iam.roleOf(tenantId, ada)).toBe('operator');
  });

  test('M-3 is for admins', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada], operator: [bob] });
    await expect(change({ tenantId, userId: bob, role: 'admin' }, actingUser(bob))).rejects.toBeInstanceOf(errors.RoleAboveOwn);
    await expect(change({ tenantId, userId: bob, role: 'member' }, actingUser(bob))).rejects.toBeInstanceOf(errors.TenantAdminRequired);
    await expect(change({ tenantId, userId: bob }, actingUser(eve))).rejects.toBeInstanceOf(errors.TenantNotFound);
  });

  test('needs a member, and their version', async () => {
    await expect(change({ userId: anId() })).rejects.toBeInstanceOf(errors.MemberNotFound);
    await expect(change({ userId: bob, expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
