import type { TenantId, UserId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { LastTenantAdmin } from './errors.ts';
import { TenantMembership } from './tenant-membership.ts';
import { TENANT_ROLES, type TenantRole } from './tenant-role.ts';

const [tenantId, userId] = [anId<TenantId>(), anId<UserId>()];
const joined = new Date('2026-01-01T00:00:00Z');
const later = new Date('2026-01-02T00:00:00Z');
const among = { anotherIsActive: true };
const alone = { anotherIsActive: false };
const member = (role: TenantRole) =>
  TenantMembership.rehydrate({ tenantId, userId, role, version: 3, joinedAt: joined, updatedAt: joined });

describe('a membership', () => {
  test('begins where an earlier one ended, and with nothing else of it', () => {
    const again = TenantMembership.join({ tenantId, userId, role: 'member', lastVersion: 5 }, later);
    expect(again.snapshot).toEqual({ tenantId, userId, role: 'member', version: 6, joinedAt: later, updatedAt: later });
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

  test('tells, when it ends, what it was', () => {
    const membership = member('operator');
    membership.remove(among, later);
    expect(membership.pullEvents()).toMatchObject([
      { type: 'tenancy.member_removed', revoking: true, aggregateVersion: 4, payload: { tenantId, userId, previousRole: 'operator' } },
    ]);
  });
});
