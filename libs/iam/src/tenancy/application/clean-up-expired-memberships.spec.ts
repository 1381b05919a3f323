import { InMemoryIam } from '#iam/testing';
import { actingProduct, actingUser, contextOf } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { userSubject } from '../../workspaces/domain/member-subject.ts';
import { AddTenantMember, AddTenantMemberHandler } from './add-tenant-member.ts';
import { CleanUpExpiredMemberships, CleanUpExpiredMembershipsHandler } from './clean-up-expired-memberships.ts';
import { EndedMemberships } from './ended-memberships.ts';

const iam = new InMemoryIam();
const turn = { free: true, take: async () => turn.free };
const cleanUp = () =>
  new CleanUpExpiredMembershipsHandler(iam.unitOfWork, new EndedMemberships([iam.removal, iam.tenantWorkspaces]), turn, iam.clock).execute(
    new CleanUpExpiredMemberships(contextOf(actingProduct)),
  );
const inMs = (milliseconds: number) => new Date(iam.clock.now().getTime() + milliseconds);

describe('cleaning up memberships past their end', () => {
  test('M-7 removes each with what rested on it, once, and leaves all others', async () => {
    const [ada, bob, cleo] = [iam.aUser(), iam.aUser(), iam.aUser()];
    const tenantId = iam.aTenantWith({ admin: [ada] });
    const add = new AddTenantMemberHandler(iam.unitOfWork, iam.access, iam.admission, iam.clock);
    for (const [userId, expiresAt] of [
      [bob, inMs(1_000)],
      [cleo, inMs(60_000)],
    ] as const)
      await add.execute(new AddTenantMember(contextOf(actingUser(ada)), { tenantId, userId, role: 'admin', expiresAt }));
    const workspaceId = iam.worksIn(tenantId, bob, 'owner');
    iam.holds(tenantId, workspaceId, userSubject(cleo), 'viewer', inMs(500));
    iam.holds(tenantId, workspaceId, userSubject(ada), 'viewer', inMs(60_000));
    iam.clock.passes(1_000);
    iam.unitOfWork.newEventTypes();

    expect(await cleanUp()).toEqual({ removed: 2, more: false });
    expect(iam.unitOfWork.newEventTypes()).toEqual(['tenancy.member_removed', 'workspaces.member_removed', 'workspaces.member_removed']);
    expect([iam.roleOf(tenantId, bob), iam.roleOf(tenantId, cleo)]).toEqual([null, 'admin']);
    expect(iam.workspaceRows.members.all()).toMatchObject([{ subject: userSubject(ada) }]);
    expect(await cleanUp()).toEqual({ removed: 0, more: false });
    expect(iam.unitOfWork.newEventTypes()).toEqual([]);
  });

  test('M-7 removes some at a time, and says so until nothing is left', async () => {
    const people = Array.from({ length: 120 }, () => iam.aUser());
    const tenantId = iam.aTenantWith({ admin: [iam.aUser()] });
    for (const userId of people) iam.joins(tenantId, userId, 'member', iam.clock.now());
    expect([await cleanUp(), await cleanUp(), await cleanUp()]).toEqual([
      { removed: 50, more: true },
      { removed: 50, more: true },
      { removed: 20, more: false },
    ]);
  });

  test('leaves it to another process that is at it', async () => {
    const [bob, tenantId] = [iam.aUser(), iam.aTenantWith({ admin: [iam.aUser()] })];
    iam.joins(tenantId, bob, 'member', iam.clock.now());
    turn.free = false;
    expect(await cleanUp()).toEqual({ removed: 0, more: false });
    expect(iam.roleOf(tenantId, bob)).toBe('member');
  });
});
