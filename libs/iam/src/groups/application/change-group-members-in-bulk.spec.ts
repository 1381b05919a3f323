import { InMemoryIam } from '#iam/testing';
import type { GroupId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { GroupAdminRequired } from '../domain/errors.ts';
import {
  ChangeGroupMembersInBulk,
  ChangeGroupMembersInBulkHandler,
  GROUP_BULK_MAX_ITEMS,
  type GroupBulkItem,
} from './change-group-members-in-bulk.ts';

const iam = new InMemoryIam();
const [ada, bob, cleo, dan] = [iam.aUser(), iam.aUser(), iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], member: [bob, cleo, dan] });
const aGroup = () => iam.aGroupIn(tenantId, { admin: [bob], member: [cleo] });
const bulk = async (groupId: GroupId, items: readonly GroupBulkItem[], actor = actingUser(bob)) => {
  const handler = new ChangeGroupMembersInBulkHandler(iam.unitOfWork, iam.groupAccess, iam.groupMembers);
  return (await handler.execute(new ChangeGroupMembersInBulk(contextOf(actor), { tenantId, groupId, items }))).results;
};

describe('G-2 changing many members of a group', () => {
  test('G-2 does what can be done, and says of each item what came of it', async () => {
    const groupId = aGroup();
    iam.unitOfWork.newEventTypes();
    const results = await bulk(groupId, [
      { op: 'add', userId: anId(), role: 'member' },
      { op: 'add', userId: dan, role: 'member' },
      { op: 'add', userId: cleo, role: 'admin' },
      { op: 'remove', userId: ada },
      { op: 'remove', userId: cleo },
      { op: 'add', userId: ada, role: 'member', expiresAt: iam.clock.now() },
    ]);
    expect(results).toMatchObject([
      { index: 0, status: 'refused', code: 'user_not_member' },
      { index: 1, status: 'done', version: 1 },
      { index: 2, status: 'refused', code: 'already_member' },
      { index: 3, status: 'refused', code: 'member_not_found' },
      { index: 4, status: 'done', version: 2 },
      { index: 5, status: 'refused', code: 'expiry_not_ahead' },
    ]);
    expect(iam.unitOfWork.newEventTypes()).toEqual(['groups.member_added', 'groups.member_removed']);
    expect([dan, cleo, ada].map((userId) => iam.groupRoleOf(groupId, userId))).toEqual(['member', null, null]);
  });

  test('G-2 a later item sees what an earlier one did', async () => {
    const groupId = aGroup();
    const results = await bulk(groupId, [
      { op: 'remove', userId: cleo },
      { op: 'add', userId: cleo, role: 'admin' },
      { op: 'remove', userId: bob },
      { op: 'remove', userId: cleo },
      { op: 'add', userId: dan, role: 'member' },
      { op: 'remove', userId: dan },
      { op: 'add', userId: dan, role: 'admin' },
      { op: 'remove', userId: cleo },
    ]);
    expect(results.map((result) => (result.status === 'done' ? result.version : result.code))).toEqual([
      2,
      3,
      2,
      'last_group_admin',
      1,
      2,
      3,
      4,
    ]);
    expect(iam.groupRows.membersOf(groupId).map(({ userId, role }) => [userId, role])).toEqual([[dan, 'admin']]);
  });

  test('M-2 never takes the last admin, however many go at once', async () => {
    const admins = Array.from({ length: 5 }, () => {
      const userId = iam.aUser();
      iam.joins(tenantId, userId, 'member');
      return userId;
    });
    const groupId = iam.aGroupIn(tenantId, { admin: admins });
    const results = await bulk(
      groupId,
      admins.map((userId) => ({ op: 'remove', userId })),
      actingUser(ada),
    );
    expect(results.map(({ status }) => status)).toEqual(['done', 'done', 'done', 'done', 'refused']);
    expect(iam.groupRows.membersOf(groupId)).toHaveLength(1);
  });

  test('is refused as a whole to who may not manage the group, and beyond its limit', async () => {
    const groupId = aGroup();
    await expect(bulk(groupId, [{ op: 'remove', userId: cleo }], actingUser(cleo))).rejects.toBeInstanceOf(GroupAdminRequired);
    const tooMany = Array.from({ length: GROUP_BULK_MAX_ITEMS + 1 }, () => ({ op: 'remove', userId: cleo }) as const);
    await expect(bulk(groupId, tooMany)).rejects.toBeInstanceOf(RangeError);
    expect(iam.groupRoleOf(groupId, cleo)).toBe('member');
  });
});
