import type { GroupId, TenantId, UserId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { LastGroupAdmin } from './errors.ts';
import { GroupMembership } from './group-membership.ts';
import type { GroupRole } from './group-role.ts';

const at = new Date('2026-03-04T12:00:00.000Z');
const [evening, night] = [new Date('2026-03-04T18:00:00.000Z'), new Date('2026-03-04T22:00:00.000Z')];
const alone = { anotherStays: false };
const withAnother = { anotherStays: true };
const membership = (role: GroupRole, expiresAt: Date | null = null) => {
  const place = { tenantId: anId<TenantId>(), groupId: anId<GroupId>(), userId: anId<UserId>() };
  return GroupMembership.join({ ...place, role, expiresAt, lastVersion: 4 }, at);
};
const lastEvent = (of: GroupMembership) => of.pullEvents().at(-1);

describe('a membership of a group', () => {
  test('goes on counting where an earlier one ended', () => {
    const joined = membership('member', evening);
    expect(joined.version).toBe(5);
    const payload = { role: 'member', expiresAt: evening.toISOString() };
    expect(lastEvent(joined)).toMatchObject({ type: 'groups.member_added', aggregateVersion: 5, revoking: false, payload });
  });

  test('M-4 keeps the day of joining; only a higher role is a pure grant', () => {
    const changed = membership('member');
    changed.changeRole('admin', alone, evening);
    expect(lastEvent(changed)).toMatchObject({ type: 'groups.member_role_changed', revoking: false });
    changed.changeRole('member', withAnother, evening);
    expect(lastEvent(changed)).toMatchObject({ revoking: true, payload: { previousRole: 'admin', role: 'member' } });
    expect(changed.snapshot).toMatchObject({ joinedAt: at, updatedAt: evening, version: 7 });
  });

  test('M-7 an earlier end takes something away, a later one or none does not', () => {
    const changed = membership('member');
    const revokes = (end: Date | null) => {
      changed.changeEnd(end, alone, at);
      return lastEvent(changed)?.revoking;
    };
    expect([revokes(night), revokes(evening), revokes(night), revokes(null)]).toEqual([true, true, false, false]);
    changed.changeEnd(null, alone, at);
    expect(lastEvent(changed)).toBeUndefined();
  });

  test('M-7 is over at the very moment of its end', () => {
    expect([membership('member', evening).isOver(at), membership('member', at).isOver(at), membership('member').isOver(night)]).toEqual([
      false,
      true,
      false,
    ]);
  });
});

describe('M-2 the last admin without an end', () => {
  test('M-2 is neither demoted nor removed nor given an end', () => {
    expect(() => membership('admin').changeRole('member', alone, at)).toThrow(LastGroupAdmin);
    expect(() => membership('admin').remove(alone, at)).toThrow(LastGroupAdmin);
    expect(() => membership('admin').changeEnd(evening, alone, at)).toThrow(LastGroupAdmin);
  });

  test('M-2 goes when another stays, and members and admins with an end go anyway', () => {
    membership('admin').remove(withAnother, at);
    membership('member').remove(alone, at);
    membership('admin', evening).remove(alone, at);
    membership('admin', evening).changeEnd(night, alone, at);
    membership('admin', evening).changeRole('member', alone, at);
  });

  test('goes with the group or with the membership of the tenant', () => {
    const ended = membership('admin');
    ended.end(evening);
    expect(lastEvent(ended)).toMatchObject({ type: 'groups.member_removed', revoking: true, payload: { previousRole: 'admin' } });
  });
});
