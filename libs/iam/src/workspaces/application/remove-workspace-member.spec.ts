import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type UserId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { WorkspaceRoleTooLow } from '../domain/errors.ts';
import * as errors from '../domain/member-errors.ts';
import { groupSubject, userSubject, type MemberSubject } from '../domain/member-subject.ts';
import { LeaveWorkspace, LeaveWorkspaceHandler } from './leave-workspace.ts';
import { RemoveWorkspaceMember, RemoveWorkspaceMemberHandler } from './remove-workspace-member.ts';

function scene() {
  const iam = new InMemoryIam();
  const [ada, bob, cleo] = [iam.aUser(), iam.aUser(), iam.aUser()];
  const tenantId = iam.aTenantWith({ member: [ada, bob, cleo] });
  const workspaceId = iam.aWorkspaceIn(tenantId);
  iam.holds(tenantId, workspaceId, userSubject(ada), 'owner');
  iam.holds(tenantId, workspaceId, userSubject(bob), 'admin');
  const remove = (subject: MemberSubject, actor: UserId, expectedVersion = 1) =>
    new RemoveWorkspaceMemberHandler(iam.unitOfWork, iam.workspaceAccess, iam.workspaceMembers, iam.clock).execute(
      new RemoveWorkspaceMember(contextOf(actingUser(actor)), { tenantId, workspaceId, subject, expectedVersion }),
    );
  const leave = (actor: UserId, from = workspaceId) =>
    new LeaveWorkspaceHandler(iam.unitOfWork, iam.workspaceAccess, iam.workspaceMembers, iam.clock).execute(
      new LeaveWorkspace(contextOf(actingUser(actor)), { tenantId, workspaceId: from }),
    );
  return { iam, ada, bob, cleo, tenantId, workspaceId, remove, leave };
}

describe('removing a member of a workspace', () => {
  test('ends the role of a user or a group, and tells what it was', async () => {
    const { iam, tenantId, workspaceId, bob, ada, remove } = scene();
    const group = groupSubject(iam.aTeamOf(tenantId));
    iam.holds(tenantId, workspaceId, group, 'member');
    expect(await remove(userSubject(bob), ada)).toEqual({ version: 2 });
    expect(await remove(group, ada)).toEqual({ version: 2 });
    expect(iam.unitOfWork.events).toMatchObject([
      { type: 'workspaces.member_removed', revoking: true, payload: { subjectType: 'user', previousRole: 'admin' } },
      { type: 'workspaces.member_removed', revoking: true, payload: { subjectType: 'group', previousRole: 'member' } },
    ]);
    expect(iam.workspaceRows.members.all()).toHaveLength(1);
  });

  test('M-2 M-3 never the last owner, and no owner by anybody but an owner', async () => {
    const { ada, bob, iam, remove } = scene();
    await expect(remove(userSubject(ada), ada)).rejects.toBeInstanceOf(errors.LastWorkspaceOwner);
    await expect(remove(userSubject(ada), bob)).rejects.toBeInstanceOf(errors.WorkspaceRoleAboveOwn);
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });

  test('M-9 is for admins', async () => {
    const { ada, bob, cleo, iam, tenantId, workspaceId, remove } = scene();
    iam.holds(tenantId, workspaceId, userSubject(cleo), 'viewer');
    await expect(remove(userSubject(bob), cleo)).rejects.toBeInstanceOf(WorkspaceRoleTooLow);
    expect(await remove(userSubject(cleo), bob)).toEqual({ version: 2 });
    expect(await remove(userSubject(bob), bob)).toEqual({ version: 2 });
    await expect(remove(userSubject(bob), ada)).rejects.toBeInstanceOf(errors.WorkspaceMemberNotFound);
  });

  test('needs a member, and their version', async () => {
    const { ada, bob, remove } = scene();
    await expect(remove(userSubject(anId()), ada)).rejects.toBeInstanceOf(errors.WorkspaceMemberNotFound);
    await expect(remove(userSubject(bob), ada, 2)).rejects.toBeInstanceOf(VersionMismatch);
  });
});

describe('leaving a workspace', () => {
  test('ends one’s own role in it, and no other', async () => {
    const { iam, bob, leave, workspaceId } = scene();
    expect(await leave(bob)).toEqual({ version: 2 });
    expect(iam.workspaceRows.members.find({ workspaceId }, userSubject(bob))).toBeNull();
  });

  test('M-2 is refused to the last owner', async () => {
    const { ada, leave } = scene();
    await expect(leave(ada)).rejects.toBeInstanceOf(errors.LastWorkspaceOwner);
  });

  test('needs a role held there: what comes down from above or through a group is not left', async () => {
    const { iam, bob, cleo, tenantId, workspaceId, leave } = scene();
    const child = iam.aWorkspaceIn(tenantId, { parentId: workspaceId });
    await expect(leave(bob, child)).rejects.toBeInstanceOf(errors.WorkspaceMemberNotFound);
    iam.holds(tenantId, workspaceId, groupSubject(iam.aTeamOf(tenantId, [[cleo, null]])), 'member');
    await expect(leave(cleo)).rejects.toBeInstanceOf(errors.WorkspaceMemberNotFound);
  });
});
