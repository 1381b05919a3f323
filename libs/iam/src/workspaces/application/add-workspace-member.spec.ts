import { InMemoryIam } from '#iam/testing';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { actingUser, anId, contextOf } from '#kernel/testing';
import { beforeEach, describe, expect, test } from 'vitest';
import { UserNotActive } from '../../identities/index.ts';
import { ExpiryNotAhead, TenantNotFound, TenantSuspended } from '../../tenancy/index.ts';
import { WorkspaceArchived, WorkspaceNotFound, WorkspaceRoleTooLow } from '../domain/errors.ts';
import * as errors from '../domain/member-errors.ts';
import { groupSubject, userSubject, type MemberSubject } from '../domain/member-subject.ts';
import { AddWorkspaceMember, AddWorkspaceMemberHandler } from './add-workspace-member.ts';

let iam: InMemoryIam;
let ada: UserId, bob: UserId, cleo: UserId, eve: UserId;
let tenantId: TenantId;
let workspaceId: WorkspaceId;

beforeEach(() => {
  iam = new InMemoryIam();
  [ada, bob, cleo, eve] = [iam.aUser(), iam.aUser(), iam.aUser(), iam.aUser()];
  tenantId = iam.aTenantWith({ member: [ada, bob, cleo] });
  workspaceId = iam.aWorkspaceIn(tenantId);
  iam.holds(tenantId, workspaceId, userSubject(ada), 'admin');
});

const add = (subject: MemberSubject, input: Partial<AddWorkspaceMember['input']> = {}, actor = ada) =>
  new AddWorkspaceMemberHandler(iam.unitOfWork, iam.workspaceAccess, iam.workspaceMembers, iam.clock).execute(
    new AddWorkspaceMember(contextOf(actingUser(actor)), { tenantId, workspaceId, subject, role: 'member', ...input }),
  );
const user = userSubject;
const roleOf = (subject: MemberSubject) => iam.workspaceRows.members.find({ workspaceId }, subject)?.role ?? null;
const soon = () => new Date(iam.clock.now().getTime() + 3_600_000);

describe('adding a member to a workspace', () => {
  test('M-1 gives a user or a group one role, once', async () => {
    const group = groupSubject(iam.aTeamOf(tenantId));
    expect(await add(user(bob), { role: 'admin' })).toEqual({ version: 1 });
    expect(await add(group, { role: 'viewer' })).toEqual({ version: 1 });
    expect([roleOf(user(bob)), roleOf(group)]).toEqual(['admin', 'viewer']);
    expect(iam.unitOfWork.newEventTypes()).toEqual(['workspaces.member_added', 'workspaces.member_added']);
    await expect(add(user(bob), { role: 'viewer' })).rejects.toBeInstanceOf(errors.AlreadyWorkspaceMember);
    expect(roleOf(user(bob))).toBe('admin');
  });

  test('M-3 is for admins, and up to their own role', async () => {
    iam.holds(tenantId, workspaceId, user(cleo), 'member');
    await expect(add(user(bob), { role: 'owner' })).rejects.toBeInstanceOf(errors.WorkspaceRoleAboveOwn);
    await expect(add(user(bob), {}, cleo)).rejects.toBeInstanceOf(WorkspaceRoleTooLow);
    await expect(add(user(cleo), {}, bob)).rejects.toBeInstanceOf(WorkspaceNotFound);
    await expect(add(user(bob), {}, eve)).rejects.toBeInstanceOf(TenantNotFound);
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });

  test('M-3 an admin of the tenant gives any role, also to themselves', async () => {
    const tess = iam.aUser();
    iam.joins(tenantId, tess, 'admin');
    await add(user(tess), { role: 'owner' }, tess);
    expect(roleOf(user(tess))).toBe('owner');
  });

  test('M-3 roles through groups and from above count, unless inheritance is off', async () => {
    const child = iam.aWorkspaceIn(tenantId, { parentId: workspaceId });
    const island = iam.aWorkspaceIn(tenantId, { parentId: workspaceId, inherits: false });
    iam.holds(tenantId, workspaceId, groupSubject(iam.aTeamOf(tenantId, [[cleo, null]])), 'owner');
    expect(await add(user(bob), { workspaceId: child, role: 'owner' }, cleo)).toEqual({ version: 1 });
    await expect(add(user(bob), { workspaceId: island }, cleo)).rejects.toBeInstanceOf(WorkspaceNotFound);
  });

  test('M-5 only members and groups of the tenant, and all others alike', async () => {
    const foreign = iam.aTenantWith({ member: [eve] });
    await expect(add(user(eve))).rejects.toBeInstanceOf(errors.UserNotMember);
    await expect(add(user(anId()))).rejects.toBeInstanceOf(errors.UserNotMember);
    await expect(add(groupSubject(iam.aTeamOf(foreign)))).rejects.toBeInstanceOf(errors.NamedGroupNotFound);
    await expect(add(groupSubject(anId()))).rejects.toBeInstanceOf(errors.NamedGroupNotFound);
  });

  test('a suspended user gets no role', async () => {
    const suspended = iam.aUser('suspended');
    iam.joins(tenantId, suspended, 'member');
    await expect(add(user(suspended))).rejects.toBeInstanceOf(UserNotActive);
  });

  test('M-7 an end lies ahead, is not beyond that of the granter, and is not for groups', async () => {
    await expect(add(user(bob), { expiresAt: iam.clock.now() })).rejects.toBeInstanceOf(ExpiryNotAhead);
    await expect(add(groupSubject(iam.aTeamOf(tenantId)), { expiresAt: soon() })).rejects.toBeInstanceOf(errors.GroupRoleCannotExpire);
    iam.holds(tenantId, workspaceId, user(cleo), 'admin', soon());
    await expect(add(user(bob), {}, cleo)).rejects.toBeInstanceOf(errors.WorkspaceExpiryBeyondOwn);
    await add(user(bob), { expiresAt: soon() }, cleo);
    expect(iam.unitOfWork.events.at(-1)).toMatchObject({ payload: { expiresAt: soon().toISOString() } });
  });

  test('M-7 who is past their end is removed first, and comes back with nothing of before', async () => {
    iam.holds(tenantId, workspaceId, user(bob), 'owner', soon());
    iam.clock.passes(3_600_000);
    expect(await add(user(bob), { role: 'viewer' })).toEqual({ version: 3 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['workspaces.member_removed', 'workspaces.member_added']);
    expect(iam.workspaceRows.members.find({ workspaceId }, user(bob))).toMatchObject({
      role: 'viewer',
      expiresAt: null,
      joinedAt: iam.clock.now(),
    });
  });

  test('M-7 who is past their end can give nothing any more', async () => {
    iam.holds(tenantId, workspaceId, user(cleo), 'owner', soon());
    iam.clock.passes(3_600_000);
    await expect(add(user(bob), {}, cleo)).rejects.toBeInstanceOf(WorkspaceNotFound);
  });

  test('W-4 T-4 not in an archived workspace, nor in a suspended tenant', async () => {
    const archived = iam.aWorkspaceIn(tenantId, { parentId: workspaceId, state: 'archived' });
    await expect(add(user(bob), { workspaceId: archived })).rejects.toBeInstanceOf(WorkspaceArchived);
    await expect(add(user(cleo), { workspaceId: archived }, bob)).rejects.toBeInstanceOf(WorkspaceNotFound);
    const suspended = iam.aTenantWith({ admin: [ada] }, 'suspended');
    const there = iam.aWorkspaceIn(suspended);
    await expect(add(user(bob), { tenantId: suspended, workspaceId: there })).rejects.toBeInstanceOf(TenantSuspended);
  });
});
