import { InMemoryIam } from '#iam/testing';
import { VersionMismatch, type UserId } from '#kernel';
import { actingUser, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { ExpiryBeyondOwn, ExpiryNotAhead, OwnExpiry } from '../../tenancy/index.ts';
import { GroupAdminRequired, GroupMemberNotFound, LastGroupAdmin } from '../domain/errors.ts';
import { ChangeGroupMember, ChangeGroupMemberHandler } from './change-group-member.ts';

const iam = new InMemoryIam();
const [ada, bob, cleo] = [iam.aUser(), iam.aUser(), iam.aUser()];
const tenantId = iam.aTenantWith({ admin: [ada], member: [bob, cleo] });
const aGroup = () => iam.aGroupIn(tenantId, { admin: [bob], member: [cleo] });
const change = (input: Partial<ChangeGroupMember['input']> & { userId: UserId }, actor = actingUser(ada)) =>
  new ChangeGroupMemberHandler(iam.unitOfWork, iam.groupAccess, iam.groupMembers).execute(
    new ChangeGroupMember(contextOf(actor), { tenantId, groupId: aGroup(), expectedVersion: 1, ...input }),
  );
const inMinutes = (minutes: number) => new Date(iam.clock.now().getTime() + minutes * 60_000);

describe('changing a member of a group', () => {
  test('M-4 role and end at once, keeping the day of joining', async () => {
    const groupId = aGroup();
    const joinedAt = iam.clock.now();
    iam.clock.passes(60_000);
    iam.unitOfWork.newEventTypes();
    expect(await change({ groupId, userId: cleo, role: 'admin', expiresAt: inMinutes(5) })).toEqual({ version: 3 });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['groups.member_expiry_changed', 'groups.member_role_changed']);
    const stored = iam.groupRows.membersOf(groupId).find(({ userId }) => userId === cleo);
    expect(stored).toMatchObject({ role: 'admin', expiresAt: inMinutes(5), joinedAt });
    expect(await change({ groupId, userId: cleo, expectedVersion: 3, role: 'member', expiresAt: null })).toEqual({ version: 5 });
    expect(await change({ groupId, userId: cleo, expectedVersion: 5 })).toEqual({ version: 5 });
  });

  test('M-2 the last admin without an end is neither demoted nor given one, by whomever', async () => {
    for (const actor of [actingUser(ada), actingUser(bob)]) {
      await expect(change({ userId: bob, role: 'member' }, actor)).rejects.toBeInstanceOf(LastGroupAdmin);
    }
    await expect(change({ userId: bob, expiresAt: inMinutes(5) })).rejects.toBeInstanceOf(LastGroupAdmin);
    const groupId = aGroup();
    await change({ groupId, userId: cleo, role: 'admin' });
    await change({ groupId, userId: bob, role: 'member', expiresAt: inMinutes(5) });
    expect([iam.groupRoleOf(groupId, bob), iam.groupRoleOf(groupId, cleo)]).toEqual(['member', 'admin']);
  });

  test('M-7 nobody changes their own end, and everybody their own role', async () => {
    const groupId = iam.aGroupIn(tenantId, { admin: [bob, cleo] });
    await expect(change({ groupId, userId: bob, expiresAt: inMinutes(5) }, actingUser(bob))).rejects.toBeInstanceOf(OwnExpiry);
    await change({ groupId, userId: bob, role: 'member', expiresAt: null }, actingUser(bob));
    const own = iam.aGroupIn(tenantId, { member: [ada], admin: [bob] });
    await expect(change({ groupId: own, userId: ada, expiresAt: inMinutes(5) }, actingUser(ada))).rejects.toBeInstanceOf(OwnExpiry);
  });

  test('M-3 nobody extends, or raises, beyond their own end', async () => {
    const groupId = aGroup();
    const temporary = iam.aUser();
    iam.joins(tenantId, temporary, 'member');
    iam.isIn(tenantId, groupId, temporary, 'admin', inMinutes(30));
    const by = actingUser(temporary);
    await expect(change({ groupId, userId: cleo, role: 'admin' }, by)).rejects.toBeInstanceOf(ExpiryBeyondOwn);
    await expect(change({ groupId, userId: cleo, expiresAt: inMinutes(31) }, by)).rejects.toBeInstanceOf(ExpiryBeyondOwn);
    await change({ groupId, userId: cleo, role: 'admin', expiresAt: inMinutes(30) }, by);
    await change({ groupId, userId: cleo, expectedVersion: 3, role: 'member' }, by);
    await expect(change({ groupId, userId: cleo, expectedVersion: 4, expiresAt: null }, by)).rejects.toBeInstanceOf(ExpiryBeyondOwn);
  });

  test('M-7 an end lies ahead, and what is over is not there', async () => {
    await expect(change({ userId: cleo, expiresAt: iam.clock.now() })).rejects.toBeInstanceOf(ExpiryNotAhead);
    const groupId = aGroup();
    iam.isIn(tenantId, groupId, cleo, 'member', iam.clock.now());
    await expect(change({ groupId, userId: cleo, expiresAt: null })).rejects.toBeInstanceOf(GroupMemberNotFound);
  });

  test('is for admins, and needs a member and their version', async () => {
    await expect(change({ userId: cleo, role: 'admin' }, actingUser(cleo))).rejects.toBeInstanceOf(GroupAdminRequired);
    await expect(change({ userId: ada, role: 'admin' })).rejects.toBeInstanceOf(GroupMemberNotFound);
    await expect(change({ userId: cleo, expectedVersion: 2 })).rejects.toBeInstanceOf(VersionMismatch);
  });
});
