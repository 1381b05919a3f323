import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type UserId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import * as errors from '../domain/errors.ts';
import { RemoveTenantMember, RemoveTenantMemberHandler } from './remove-tenant-member.ts';

const iam = new InMemoryIam();
const [ada, bob, eve] = [iam.aUser(), iam.aUser(), iam.aUser()];
const aTenant = () => iam.aTenantWith({ admin: [ada], member: [bob] });
const remove = (input: Partial<RemoveTenantMember['input']> & { userId: UserId }, actor = ada) =>
  new RemoveTenantMemberHandler(iam.unitOfWork, iam.access, iam.members, iam.removal, iam.clock).execute(
    new RemoveTenantMember(contextOf(actingUser(actor)), { tenantId: aTenant(), expectedVersion: 1, ...input }),
  );

describe('removing a member', () => {
  test('M-6 takes the membership, which is first in the log, and every role below it', async () => {
    const tenantId = aTenant();
    const [first, second] = [iam.worksIn(tenantId, bob, 'owner'), iam.worksIn(tenantId, bob, 'viewer')];
    const other = iam.worksIn(tenantId, ada, 'viewer');
    expect(await remove({ tenantId, userId: bob })).toEqual({ version: 2 });
    expect(iam.unitOfWork.events.splice(0)).toMatchObject([
      { type: 'tenancy.member_removed', revoking: true, payload: { userId: bob, previousRole: 'member' } },
      { type: 'workspaces.member_removed', revoking: true, payload: { workspaceId: first, previousRole: 'owner' } },
      { type: 'workspaces.member_removed', revoking: true, payload: { workspaceId: second, previousRole: 'viewer' } },
    ]);
    expect(iam.roleOf(tenantId, bob)).toBeNull();
    expect(iam.workspaceRows.members.all()).toMatchObject([{ workspaceId: other }]);
  });

  test('M-2 is refused for the last active admin, and then everything stays', async () => {
    const tenantId = iam.aTenantWith({ admin: [ada, iam.aUser('suspended')] });
    await expect(remove({ tenantId, userId: ada })).rejects.toBeInstanceOf(errors.LastTenantAdmin);
    expect(iam.roleOf(tenantId, ada)).toBe('admin');
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });

  test('M-3 is for admins', async () => {
    await expect(remove({ userId: ada }, bob)).rejects.toBeInstanceOf(errors.TenantAdminRequired);
    await expect(remove({ userId: bob }, eve)).rejects.toBeInstanceOf(errors.TenantNotFound);
  });

  test('needs a member, and their version', async () => {
    await expect(remove({ userId: anId() })).rejects.toBeInstanceOf(errors.MemberNotFound);
    await expect(remove({ userId: bob, expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
