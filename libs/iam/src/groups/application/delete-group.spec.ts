import { InMemoryIam } from '#iam/testing';
import { VersionMismatch } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { TenantAdminRequired } from '../../tenancy/index.ts';
import { GroupNotFound } from '../domain/errors.ts';
import { DeleteGroup, DeleteGroupHandler } from './delete-group.ts';

const iam = new InMemoryIam();
const [ada, bob, cleo] = [iam.aUser(), iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], member: [bob, cleo] });
const remove = (input: Partial<DeleteGroup['input']> = {}, actor = actingUser(ada)) =>
  new DeleteGroupHandler(iam.unitOfWork, iam.access, iam.groups, iam.groupEnding, iam.clock).execute(
    new DeleteGroup(contextOf(actor), { tenantId, groupId: iam.aGroupIn(tenantId), expectedVersion: 1, ...input }),
  );

describe('deleting a group', () => {
  test('G-1 takes its roles and memberships along, the last admin too, and nobody else’s', async () => {
    const [groupId, other] = [iam.aGroupIn(tenantId, { admin: [bob], member: [cleo] }), iam.aGroupIn(tenantId, { admin: [bob] })];
    const workspaceId = iam.aWorkspaceIn(tenantId);
    for (const id of [groupId, other]) iam.holds(tenantId, workspaceId, { type: 'group', id }, 'viewer');
    expect(await remove({ groupId })).toEqual({ version: 2 });
    expect(iam.unitOfWork.newEventTypes()).toEqual([
      'workspaces.member_removed',
      'groups.member_removed',
      'groups.member_removed',
      'groups.group_deleted',
    ]);
    expect([iam.groupRows.groups.get(groupId), iam.groupRows.membersOf(groupId)]).toEqual([undefined, []]);
    expect(iam.groupRoleOf(other, bob)).toBe('admin');
  });

  test('is for admins of the tenant, not of the group', async () => {
    const groupId = iam.aGroupIn(tenantId, { admin: [bob] });
    await expect(remove({ groupId }, actingUser(bob))).rejects.toBeInstanceOf(TenantAdminRequired);
    expect(iam.groupRoleOf(groupId, bob)).toBe('admin');
  });

  test('needs a group of the tenant, and its version', async () => {
    await expect(remove({ groupId: anId() })).rejects.toBeInstanceOf(GroupNotFound);
    await expect(remove({ expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
