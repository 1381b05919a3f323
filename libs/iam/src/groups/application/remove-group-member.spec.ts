import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type UserId } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { GroupAdminRequired, GroupMemberNotFound, LastGroupAdmin } from '../domain/errors.ts';
import { RemoveGroupMember, RemoveGroupMemberHandler } from './remove-group-member.ts';

const iam = new InMemoryIam();
const [ada, bob, cleo, suspended] = [iam.aUser(), iam.aUser(), iam.aUser(), iam.aUser('suspended')];
const tenantId = iam.aTenantWith({ admin: [ada], member: [bob, cleo, suspended] });
const remove = (userId: UserId, input: Partial<RemoveGroupMember['input']> = {}, actor = actingUser(bob)) =>
  new RemoveGroupMemberHandler(iam.unitOfWork, iam.groupAccess, iam.groupMembers).execute(
    new RemoveGroupMember(contextOf(actor), {
      tenantId,
      groupId: iam.aGroupIn(tenantId, { admin: [bob, suspended], member: [cleo] }),
      userId,
      expectedVersion: 1,
      ...input,
    }),
  );

describe('removing a member from a group', () => {
  test('ends the membership, with an event', async () => {
    iam.unitOfWork.newEventTypes();
    expect(await remove(cleo)).toEqual({ version: 2 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['groups.member_removed']);
  });

  test('M-2 is refused for the last active admin, whoever asks; a suspended one counts for nothing', async () => {
    await expect(remove(bob)).rejects.toBeInstanceOf(LastGroupAdmin);
    await expect(remove(bob, {}, actingUser(ada))).rejects.toBeInstanceOf(LastGroupAdmin);
    await remove(suspended);
  });

  test('M-2 an admin whose membership of the tenant ends does not count', async () => {
    const temporary = iam.aUser();
    iam.joins(tenantId, temporary, 'member', new Date(iam.clock.now().getTime() + 60_000));
    const groupId = iam.aGroupIn(tenantId, { admin: [bob, temporary] });
    await expect(remove(bob, { groupId })).rejects.toBeInstanceOf(LastGroupAdmin);
  });

  test('is for admins, and needs a member and their version', async () => {
    await expect(remove(bob, {}, actingUser(cleo))).rejects.toBeInstanceOf(GroupAdminRequired);
    await expect(remove(ada)).rejects.toBeInstanceOf(GroupMemberNotFound);
    await expect(remove(cleo, { expectedVersion: 3 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
