import type { TenantId, UserId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { LastTenantAdmin } from './errors.ts';
import { ExpiryNotAhead, ExpiryTooFar, type MembershipEnd } from './membership-end.ts';
import { TenantMembership } from './tenant-membership.ts';
import { TENANT_ROLES, type TenantRole } from './tenant-role.ts';

const [tenantId, userId] = [anId<TenantId>(), anId<UserId>()];
const joined = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-02T00:00:00Z');
const among = { anotherIsActive: true };
const alone = { anotherIsActive: false };
const tomorrow = new Date('2026-01-03T00:00:00Z');
const [weekAhead, yearAhead] = [new Date('2026-01-09T00:00:00Z'), new Date('2027-01-02T00:00:00Z')];
const member = (role: TenantRole, expiresAt: MembershipEnd = null) =>
  TenantMembership.rehydrate({ tenantId, userId, role, expiresAt, version: 3, joinedAt: joined, updatedAt: joined });

describe('a membership', () => {
  test('begins where an earlier one ended, and with nothing else of it', () => {
    const again = TenantMembership.join({ tenantId, userId, role: 'member', lastVersion: 5 }, later);
    expect(again.snapshot).toEqual({ tenantId, userId, role: 'member', expiresAt: null, version: 6, joinedAt: later, updatedAt: later });
    expect(again.pullEvents()).toMatchObject([
      {
        type: 'tenancy.member_added',
        aggregateId: `${tenantId}:${userId}`,
        tenantId,
        revoking: false,
        payload: { userId, role: 'member' },
      },
    ]);
  });

  test.each(TENANT_ROLES.flatMap((from) => TENANT_ROLES.map((to) => [from, to] as const)))(
    'changing %s to %s is a grant only when it goes up',
    (from, to) => {
      const membership = member(from);
      membership.changeRole(to, among, later);
      const rank = (role: TenantRole) => TENANT_ROLES.indexOf(role);
      const event = { type: 'tenancy.member_role_changed', revoking: rank(to) > rank(from), payload: { previousRole: from, role: to } };
      expect(membership.pullEvents()).toMatchObject(from === to ? [] : [event]);
    },
  );

  test('M-4 keeps the day of joining when the role changes', () => {
    const membership = member('operator');
    membership.changeRole('admin', among, later);
    expect(membership.snapshot).toMatchObject({ role: 'admin', joinedAt: joined, updatedAt: later, version: 4 });
  });

  test('M-2 of the last active admin can neither be changed nor ended', () => {
    expect(() => member('admin').changeRole('operator', alone, later)).toThrow(LastTenantAdmin);
    expect(() => member('admin').remove(alone, later)).toThrow(LastTenantAdmin);
  });

  test('M-2 of anybody else can, whoever else is there', () => {
    member('operator').changeRole('member', alone, later);
    member('operator').remove(alone, later);
    member('admin').changeRole('admin', alone, later);
    member('admin').remove(among, later);
  });

  test('M-7 begins with its end, which lies ahead', () => {
    const temporary = TenantMembership.join({ tenantId, userId, role: 'member', expiresAt: weekAhead, lastVersion: 0 }, later);
    expect(temporary.pullEvents()).toMatchObject([{ revoking: false, payload: { expiresAt: '2026-01-09T00:00:00.000Z' } }]);
    const until = (expiresAt: Date) => () => TenantMembership.join({ tenantId, userId, role: 'member', expiresAt, lastVersion: 0 }, later);
    expect(until(later)).toThrow(ExpiryNotAhead);
    expect(until(new Date('2036-01-02T00:00:00.001Z'))).toThrow(ExpiryTooFar);
  });

  test.each<[string, MembershipEnd, MembershipEnd, boolean]>([
    ['given', null, weekAhead, true],
    ['brought forward', yearAhead, weekAhead, true],
    ['put off', weekAhead, yearAhead, false],
    ['taken away', weekAhead, null, false],
  ])('M-7 an end that is %s takes away only what it shortens', (_, from, to, revoking) => {
    const membership = member('operator', from);
    membership.changeExpiry(to, alone, later);
    expect(membership.snapshot).toMatchObject({ role: 'operator', expiresAt: to, joinedAt: joined, updatedAt: later, version: 4 });
    const [previousExpiresAt, expiresAt] = [from?.toISOString() ?? null, to?.toISOString() ?? null];
    const payload = { role: 'operator', previousExpiresAt, expiresAt };
    expect(membership.pullEvents()).toMatchObject([{ type: 'tenancy.member_expiry_changed', revoking, payload }]);
  });

  test('M-7 an end that stays is no change, and a new one lies ahead', () => {
    const membership = member('operator', weekAhead);
    membership.changeExpiry(new Date(weekAhead), alone, later);
    expect(membership.pullEvents()).toEqual([]);
    expect(() => membership.changeExpiry(joined, alone, later)).toThrow(ExpiryNotAhead);
    expect(membership.snapshot.expiresAt).toEqual(weekAhead);
  });

  test('M-2 of the last admin who is there to stay gets no end; of one who is not, all can be changed', () => {
    expect(() => member('admin').changeExpiry(weekAhead, alone, later)).toThrow(LastTenantAdmin);
    member('admin').changeExpiry(weekAhead, among, later);
    member('admin', weekAhead).changeExpiry(tomorrow, alone, later);
    member('admin', weekAhead).changeRole('member', alone, later);
    member('admin', weekAhead).remove(alone, later);
  });

  test('tells, when it ends, what it was', () => {
    const membership = member('operator');
    membership.remove(among, later);
    expect(membership.pullEvents()).toMatchObject([
      { type: 'tenancy.member_removed', revoking: true, aggregateVersion: 4, payload: { tenantId, userId, previousRole: 'operator' } },
    ]);
  });
});
