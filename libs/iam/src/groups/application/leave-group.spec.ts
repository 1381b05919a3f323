import { InMemoryIam } from '#iam/testing';
import type { GroupId, UserId } from '#kernel';
import { actingProduct, actingUser, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { GroupMemberNotFound, GroupNotFound, LastGroupAdmin } from '../domain/errors.ts';
import { LeaveGroup, LeaveGroupHandler } from './leave-group.ts';

const iam = new InMemoryIam();
const [ada, bob, cleo] = [iam.aUser(), iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], member: [bob, cleo] });
const leave = (groupId: GroupId, userId: UserId, actor = actingUser(userId)) =>
  new LeaveGroupHandler(iam.unitOfWork, iam.groupAccess, iam.groupMembers).execute(new LeaveGroup(contextOf(actor), { tenantId, groupId }));

describe('leaving a group', () => {
  test('needs nobody’s leave', async () => {
    const groupId = iam.aGroupIn(tenantId, { admin: [bob], member: [cleo] });
    expect(await leave(groupId, cleo)).toEqual({ version: 2 });
    expect(iam.groupRoleOf(groupId, cleo)).toBeNull();
  });

  test('M-2 is refused to the last admin, unless another stays', async () => {
    await expect(leave(iam.aGroupIn(tenantId, { admin: [bob], member: [cleo] }), bob)).rejects.toBeInstanceOf(LastGroupAdmin);
    await leave(iam.aGroupIn(tenantId, { admin: [bob, cleo] }), bob);
  });

  test('is only for who is in it', async () => {
    const groupId = iam.aGroupIn(tenantId, { admin: [bob] });
    await expect(leave(groupId, cleo)).rejects.toBeInstanceOf(GroupNotFound);
    await expect(leave(groupId, ada)).rejects.toBeInstanceOf(GroupMemberNotFound);
    await expect(leave(groupId, bob, actingProduct)).rejects.toBeInstanceOf(GroupNotFound);
  });
});
