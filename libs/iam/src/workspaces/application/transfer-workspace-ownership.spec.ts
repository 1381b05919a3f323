import { InMemoryIam } from '#iam/testing';
import type { UserId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { UserNotActive } from '../../identities/index.ts';
import { OwnExpiry } from '../../tenancy/index.ts';
import { WorkspaceArchived, WorkspaceRoleTooLow } from '../domain/errors.ts';
import * as errors from '../domain/member-errors.ts';
import { groupSubject, userSubject } from '../domain/member-subject.ts';
import type { WorkspaceSnapshot } from '../domain/workspace.ts';
import { TransferWorkspaceOwnership, TransferWorkspaceOwnershipHandler } from './transfer-workspace-ownership.ts';

function scene(about: Partial<WorkspaceSnapshot> = {}) {
  const iam = new InMemoryIam();
  const [ada, bob, cleo, tess] = [iam.aUser(), iam.aUser(), iam.aUser(), iam.aUser()];
  const tenantId = iam.aTenantWith({ admin: [tess], member: [ada, bob, cleo] });
  const workspaceId = iam.aWorkspaceIn(tenantId, about);
  iam.holds(tenantId, workspaceId, userSubject(ada), 'owner');
  iam.holds(tenantId, workspaceId, userSubject(bob), 'viewer');
  const transfer = (actor: UserId, userId: UserId) =>
    new TransferWorkspaceOwnershipHandler(iam.unitOfWork, iam.workspaceAccess, iam.workspaceMembers, iam.clock).execute(
      new TransferWorkspaceOwnership(contextOf(actingUser(actor)), { tenantId, workspaceId, userId }),
    );
  const roleOf = (userId: UserId) => iam.workspaceRows.members.find({ workspaceId }, userSubject(userId))?.role ?? null;
  const soon = new Date(iam.clock.now().getTime() + 3_600_000);
  return { iam, ada, bob, cleo, tess, tenantId, workspaceId, transfer, roleOf, soon };
}

describe('handing a workspace over', () => {
  test('M-3 makes a member owner and the owner admin, in one transaction', async () => {
    const { iam, ada, bob, transfer, roleOf } = scene();
    expect(await transfer(ada, bob)).toEqual({
      owner: { user_id: bob, role: 'owner', version: 2 },
      previous_owner: { user_id: ada, role: 'admin', version: 2 },
    });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['workspaces.member_role_changed', 'workspaces.member_role_changed']);
    expect([roleOf(ada), roleOf(bob)]).toEqual(['admin', 'owner']);
    await expect(transfer(ada, bob)).rejects.toBeInstanceOf(WorkspaceRoleTooLow);
  });

  test('adds somebody who was no member, and takes away the end of somebody who had one', async () => {
    const { iam, ada, cleo, transfer, roleOf } = scene();
    expect((await transfer(ada, cleo)).owner).toEqual({ user_id: cleo, role: 'owner', version: 1 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['workspaces.member_added', 'workspaces.member_role_changed']);
    const other = scene();
    other.iam.holds(other.tenantId, other.workspaceId, userSubject(other.cleo), 'owner', other.soon);
    await other.transfer(other.ada, other.cleo);
    expect(other.iam.unitOfWork.newEventTypes()).toEqual(['workspaces.member_expiry_changed', 'workspaces.member_role_changed']);
    expect(roleOf(ada)).toBe('admin');
  });

  test('M-7 who is past their end is removed first', async () => {
    const { iam, ada, cleo, tenantId, workspaceId, transfer, soon } = scene();
    iam.holds(tenantId, workspaceId, userSubject(cleo), 'admin', soon);
    iam.clock.passes(3_600_000);
    expect((await transfer(ada, cleo)).owner.version).toBe(3);
    expect(iam.unitOfWork.newEventTypes().slice(0, 2)).toEqual(['workspaces.member_removed', 'workspaces.member_added']);
  });

  test('an admin of the tenant who owns nothing here hands it over, or takes it, and stays what they are', async () => {
    const { ada, bob, tess, transfer, roleOf } = scene();
    expect((await transfer(tess, bob)).previous_owner).toBeNull();
    expect([roleOf(ada), roleOf(bob), roleOf(tess)]).toEqual(['owner', 'owner', null]);
    expect(await transfer(tess, tess)).toEqual({ owner: { user_id: tess, role: 'owner', version: 1 }, previous_owner: null });
    await expect(transfer(tess, tess)).rejects.toBeInstanceOf(errors.AlreadyWorkspaceOwner);
    expect((await transfer(tess, ada)).previous_owner).toMatchObject({ role: 'admin' });
  });

  test('who owns through a group keeps what the group has', async () => {
    const { iam, bob, cleo, tenantId, workspaceId, transfer, roleOf } = scene();
    iam.holds(tenantId, workspaceId, groupSubject(iam.aTeamOf(tenantId, [[cleo, null]])), 'owner');
    expect((await transfer(cleo, bob)).previous_owner).toBeNull();
    expect(roleOf(bob)).toBe('owner');
  });

  test('M-7 nobody hands over for ever what they hold for a time, or takes their own end away', async () => {
    const { iam, bob, cleo, tess, tenantId, workspaceId, transfer, soon } = scene();
    iam.holds(tenantId, workspaceId, userSubject(cleo), 'owner', soon);
    await expect(transfer(cleo, bob)).rejects.toBeInstanceOf(errors.WorkspaceExpiryBeyondOwn);
    iam.holds(tenantId, workspaceId, userSubject(tess), 'viewer', soon);
    await expect(transfer(tess, tess)).rejects.toBeInstanceOf(OwnExpiry);
  });

  test('M-2 nobody whose membership of the tenant ends is the only owner left', async () => {
    const { iam, ada, bob, tess, tenantId, transfer, roleOf, soon } = scene();
    const brief = iam.aUser();
    iam.joins(tenantId, brief, 'member', soon);
    await expect(transfer(ada, brief)).rejects.toBeInstanceOf(errors.LastWorkspaceOwner);
    await transfer(tess, bob);
    expect((await transfer(ada, brief)).previous_owner).toMatchObject({ role: 'admin' });
    expect([roleOf(bob), roleOf(brief)]).toEqual(['owner', 'owner']);
  });

  test('M-5 only to an active member of the tenant, by an owner, and not when it is archived', async () => {
    const { iam, ada, bob, tenantId, transfer } = scene();
    const suspended = iam.aUser('suspended');
    iam.joins(tenantId, suspended, 'member');
    await expect(transfer(ada, anId())).rejects.toBeInstanceOf(errors.UserNotMember);
    await expect(transfer(ada, suspended)).rejects.toBeInstanceOf(UserNotActive);
    await expect(transfer(bob, bob)).rejects.toBeInstanceOf(WorkspaceRoleTooLow);
    const archived = scene({ state: 'archived' });
    await expect(archived.transfer(archived.ada, archived.bob)).rejects.toBeInstanceOf(WorkspaceArchived);
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });
});
