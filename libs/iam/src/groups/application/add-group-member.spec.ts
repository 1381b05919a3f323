import { InMemoryIam } from '#iam/testing';
import type { UserId } from '#kernel';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { UserNotActive } from '../../identities/index.ts';
import { ExpiryBeyondOwn, ExpiryNotAhead, TenantSuspended } from '../../tenancy/index.ts';
import { AlreadyGroupMember, GroupAdminRequired, GroupNotFound, UserNotInTenant } from '../domain/errors.ts';
import { AddGroupMember, AddGroupMemberHandler } from './add-group-member.ts';

const iam = new InMemoryIam();
const [ada, bob, cleo, otto] = [iam.aUser(), iam.aUser(), iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], operator: [otto], member: [bob, cleo] });
const groupId = iam.aGroupIn(tenantId, { admin: [bob] });
const add = (userId: UserId, input: Partial<AddGroupMember['input']> = {}, actor = actingUser(bob)) =>
  new AddGroupMemberHandler(iam.unitOfWork, iam.groupAccess, iam.groupMembers).execute(
    new AddGroupMember(contextOf(actor), { tenantId, groupId, userId, role: 'member', ...input }),
  );
const aMember = (expiresAt: Date | null = null): UserId => {
  const userId = iam.aUser();
  iam.joins(tenantId, userId, 'member', expiresAt);
  return userId;
};
const inMinutes = (minutes: number) => new Date(iam.clock.now().getTime() + minutes * 60_000);

describe('adding a member to a group', () => {
  test('gives the role, once', async () => {
    const userId = aMember();
    iam.unitOfWork.newEventTypes();
    expect(await add(userId, { role: 'admin' })).toEqual({ version: 1 });
    expect(iam.groupRoleOf(groupId, userId)).toBe('admin');
    expect(iam.unitOfWork.newEventTypes()).toEqual(['groups.member_added']);
    await expect(add(userId)).rejects.toBeInstanceOf(AlreadyGroupMember);
    expect(iam.groupRoleOf(groupId, userId)).toBe('admin');
  });

  test('M-3 is for admins of the group and of the tenant', async () => {
    await add(aMember(), {}, actingUser(ada));
    await add(aMember(), {}, actingProduct);
    await add(cleo);
    await expect(add(aMember(), {}, actingUser(cleo))).rejects.toBeInstanceOf(GroupAdminRequired);
    await expect(add(aMember(), {}, actingUser(otto))).rejects.toBeInstanceOf(GroupAdminRequired);
    await expect(add(aMember(), {}, actingUser(aMember()))).rejects.toBeInstanceOf(GroupNotFound);
  });

  test('M-5 takes only members of the tenant, who are active', async () => {
    const suspended = iam.aUser('suspended');
    iam.joins(tenantId, suspended, 'member');
    await expect(add(iam.aUser())).rejects.toBeInstanceOf(UserNotInTenant);
    await expect(add(anId())).rejects.toBeInstanceOf(UserNotInTenant);
    await expect(add(aMember(iam.clock.now()))).rejects.toBeInstanceOf(UserNotInTenant);
    await expect(add(suspended)).rejects.toBeInstanceOf(UserNotActive);
  });

  test('M-7 can be until an end that lies ahead', async () => {
    const userId = aMember();
    await add(userId, { expiresAt: inMinutes(10) });
    expect(iam.groupRows.membersOf(groupId).find((row) => row.userId === userId)?.expiresAt).toEqual(inMinutes(10));
    await expect(add(aMember(), { expiresAt: iam.clock.now() })).rejects.toBeInstanceOf(ExpiryNotAhead);
  });

  test('M-7 one past its end is removed first, and its version goes on', async () => {
    const userId = aMember();
    iam.isIn(tenantId, groupId, userId, 'admin', iam.clock.now());
    iam.unitOfWork.newEventTypes();
    expect(await add(userId)).toEqual({ version: 3 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['groups.member_removed', 'groups.member_added']);
    expect(iam.groupRoleOf(groupId, userId)).toBe('member');
  });

  test('M-3 nobody grants for longer than they are there themselves', async () => {
    const temporary = aMember();
    iam.isIn(tenantId, groupId, temporary, 'admin', inMinutes(30));
    await expect(add(aMember(), {}, actingUser(temporary))).rejects.toBeInstanceOf(ExpiryBeyondOwn);
    await expect(add(aMember(), { expiresAt: inMinutes(31) }, actingUser(temporary))).rejects.toBeInstanceOf(ExpiryBeyondOwn);
    await add(aMember(), { expiresAt: inMinutes(30) }, actingUser(temporary));
  });

  test('needs a group of this tenant, which is not suspended', async () => {
    await expect(add(cleo, { groupId: iam.aGroupIn(iam.aTenantWith({})) })).rejects.toBeInstanceOf(GroupNotFound);
    const suspended = iam.aTenantWith({ member: [bob, cleo] }, 'suspended');
    const theirs = iam.aGroupIn(suspended, { admin: [bob] });
    await expect(add(cleo, { tenantId: suspended, groupId: theirs })).rejects.toBeInstanceOf(TenantSuspended);
  });
});
