import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type TenantId, type UserId, type WorkspaceId } from '#kernel';
import { actingProduct, actingUser, anId, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { ExpiryNotAhead, OwnExpiry } from '../../tenancy/index.ts';
import { WorkspaceRoleTooLow } from '../domain/errors.ts';
import * as errors from '../domain/member-errors.ts';
import { groupSubject, userSubject, type MemberSubject } from '../domain/member-subject.ts';
import { ChangeWorkspaceMember, ChangeWorkspaceMemberHandler } from './change-workspace-member.ts';

let iam: InMemoryIam;
let ada: UserId, bob: UserId, cleo: UserId;
let tenantId: TenantId;
let workspaceId: WorkspaceId;

beforeEach(() => {
  iam = new InMemoryIam();
  [ada, bob, cleo] = [iam.aUser(), iam.aUser(), iam.aUser()];
  tenantId = iam.aTenantWith({ member: [ada, bob, cleo] });
  workspaceId = iam.aWorkspaceIn(tenantId);
  iam.holds(tenantId, workspaceId, user(ada), 'owner');
  iam.holds(tenantId, workspaceId, user(bob), 'admin');
});

type Change = Partial<ChangeWorkspaceMember['input']>;
const user = userSubject;
const change = (subject: MemberSubject, to: Change, actor = actingUser(ada)) =>
  new ChangeWorkspaceMemberHandler(iam.unitOfWork, iam.workspaceAccess, iam.workspaceMembers, iam.clock).execute(
    new ChangeWorkspaceMember(contextOf(actor), { tenantId, workspaceId, subject, expectedVersion: 1, ...to }),
  );
const membership = (subject: MemberSubject) => iam.workspaceRows.members.find({ workspaceId }, subject);
const inHours = (hours: number) => new Date(iam.clock.now().getTime() + hours * 3_600_000);

describe('changing a member of a workspace', () => {
  test('M-4 role and end at once are two events of one command, and the day of joining stays', async () => {
    const joined = iam.clock.now();
    iam.clock.passes(60_000);
    const expiresAt = inHours(1);
    expect(await change(user(bob), { role: 'viewer', expiresAt })).toEqual({ version: 3 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['workspaces.member_role_changed', 'workspaces.member_expiry_changed']);
    expect(membership(user(bob))).toMatchObject({ role: 'viewer', expiresAt, joinedAt: joined });
  });

  test('leaves alone what is not named, and does nothing when nothing is new', async () => {
    const expiresAt = inHours(1);
    iam.holds(tenantId, workspaceId, user(cleo), 'member', expiresAt);
    expect(await change(user(cleo), {})).toEqual({ version: 1 });
    expect(await change(user(cleo), { role: 'member', expiresAt })).toEqual({ version: 1 });
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
    await change(user(cleo), { role: 'viewer' });
    expect(membership(user(cleo))).toMatchObject({ role: 'viewer', expiresAt });
    await change(user(cleo), { expiresAt: null, expectedVersion: 2 });
    expect(membership(user(cleo))).toMatchObject({ role: 'viewer', expiresAt: null });
  });

  test('M-2 the last owner stays, without an end, also for the product itself; a group, an end, a suspended user do not count', async () => {
    iam.holds(tenantId, workspaceId, user(cleo), 'owner', inHours(1));
    iam.holds(tenantId, workspaceId, groupSubject(iam.aTeamOf(tenantId, [[bob, null]])), 'owner');
    const suspended = iam.aUser('suspended');
    iam.joins(tenantId, suspended, 'member');
    iam.holds(tenantId, workspaceId, user(suspended), 'owner');
    await expect(change(user(ada), { role: 'admin' })).rejects.toBeInstanceOf(errors.LastWorkspaceOwner);
    await expect(change(user(ada), { role: 'admin' }, actingProduct)).rejects.toBeInstanceOf(errors.LastWorkspaceOwner);
    await expect(change(user(ada), { expiresAt: inHours(1) }, actingProduct)).rejects.toBeInstanceOf(errors.LastWorkspaceOwner);
    const second = iam.aUser();
    iam.joins(tenantId, second, 'member');
    iam.holds(tenantId, workspaceId, user(second), 'owner');
    expect(await change(user(ada), { role: 'admin' })).toEqual({ version: 2 });
  });

  test('M-3 nobody raises anybody above their own role, and only owners touch owners', async () => {
    iam.holds(tenantId, workspaceId, user(cleo), 'member');
    const asBob = actingUser(bob);
    await expect(change(user(cleo), { role: 'owner' }, asBob)).rejects.toBeInstanceOf(errors.WorkspaceRoleAboveOwn);
    await expect(change(user(bob), { role: 'owner' }, asBob)).rejects.toBeInstanceOf(errors.WorkspaceRoleAboveOwn);
    await expect(change(user(ada), { role: 'viewer' }, asBob)).rejects.toBeInstanceOf(errors.WorkspaceRoleAboveOwn);
    await expect(change(user(ada), { expiresAt: inHours(1) }, asBob)).rejects.toBeInstanceOf(errors.WorkspaceRoleAboveOwn);
    await expect(change(user(bob), { role: 'viewer' }, actingUser(cleo))).rejects.toBeInstanceOf(WorkspaceRoleTooLow);
    expect(await change(user(cleo), { role: 'admin' }, asBob)).toEqual({ version: 2 });
  });

  test('M-7 nobody extends or raises beyond their own end, but anybody may take away', async () => {
    iam.holds(tenantId, workspaceId, user(cleo), 'owner', inHours(2));
    const asCleo = actingUser(cleo);
    await expect(change(user(bob), { role: 'owner' }, asCleo)).rejects.toBeInstanceOf(errors.WorkspaceExpiryBeyondOwn);
    expect(await change(user(bob), { expiresAt: inHours(1) }, asCleo)).toEqual({ version: 2 });
    await expect(change(user(bob), { expiresAt: inHours(3), expectedVersion: 2 }, asCleo)).rejects.toBeInstanceOf(
      errors.WorkspaceExpiryBeyondOwn,
    );
    await expect(change(user(bob), { expiresAt: null, expectedVersion: 2 }, asCleo)).rejects.toBeInstanceOf(
      errors.WorkspaceExpiryBeyondOwn,
    );
    expect(await change(user(bob), { expiresAt: inHours(2), expectedVersion: 2 }, asCleo)).toEqual({ version: 3 });
    expect(await change(user(bob), { role: 'viewer', expectedVersion: 3 }, asCleo)).toEqual({ version: 4 });
  });

  test('M-7 nobody changes their own end, in either direction, not even an admin of the tenant', async () => {
    const tess = iam.aUser();
    iam.joins(tenantId, tess, 'admin');
    iam.holds(tenantId, workspaceId, user(tess), 'member', inHours(1));
    for (const expiresAt of [inHours(2), null, new Date(inHours(1).getTime() - 1)])
      await expect(change(user(tess), { expiresAt }, actingUser(tess))).rejects.toBeInstanceOf(OwnExpiry);
    await expect(change(user(ada), { expiresAt: inHours(1) })).rejects.toBeInstanceOf(OwnExpiry);
  });

  test('M-7 an end lies ahead and is for users, and who is past it is no member', async () => {
    const group = groupSubject(iam.aTeamOf(tenantId));
    iam.holds(tenantId, workspaceId, group, 'member');
    await expect(change(group, { expiresAt: inHours(1) })).rejects.toBeInstanceOf(errors.GroupRoleCannotExpire);
    await expect(change(user(bob), { expiresAt: iam.clock.now() })).rejects.toBeInstanceOf(ExpiryNotAhead);
    iam.holds(tenantId, workspaceId, user(cleo), 'member', inHours(1));
    iam.clock.passes(3_600_000);
    await expect(change(user(cleo), { expiresAt: inHours(1) })).rejects.toBeInstanceOf(errors.WorkspaceMemberNotFound);
  });

  test('needs a member, and their version', async () => {
    await expect(change(user(anId()), { role: 'viewer' })).rejects.toBeInstanceOf(errors.WorkspaceMemberNotFound);
    await expect(change(user(bob), { role: 'viewer', expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });
});
