import type { GroupId, TenantId, UserId, WorkspaceId } from '#kernel';
import { anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { GroupRoleCannotExpire, LastWorkspaceOwner } from './member-errors.ts';
import { groupSubject, userSubject, type MemberSubject } from './member-subject.ts';
import { WorkspaceMembership } from './workspace-membership.ts';
import type { WorkspaceRole } from './workspace-role.ts';

const [tenantId, workspaceId] = [anId<TenantId>(), anId<WorkspaceId>()];
const [user, group] = [userSubject(anId<UserId>()), groupSubject(anId<GroupId>())];
const [at, later] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-01-02T00:00:00Z')];
const [noon, evening] = [new Date('2026-03-04T12:00:00Z'), new Date('2026-03-04T18:00:00Z')];
const alone = { anotherLasts: false };

const held = (role: WorkspaceRole, expiresAt: Date | null = null, subject: MemberSubject = user) =>
  WorkspaceMembership.rehydrate({ tenantId, workspaceId, subject, role, expiresAt, version: 3, joinedAt: at, updatedAt: at });

describe('a membership of a workspace', () => {
  test('begins with its end, and where the one before ended', () => {
    const member = { tenantId, workspaceId, subject: user, role: 'member', expiresAt: noon } as const;
    const joined = WorkspaceMembership.join(member, 4, at);
    expect(joined.snapshot).toEqual({ ...member, version: 5, joinedAt: at, updatedAt: at });
    expect(joined.pullEvents()).toMatchObject([
      {
        type: 'workspaces.member_added',
        aggregateId: `${workspaceId}:user:${user.id}`,
        aggregateVersion: 5,
        payload: { subjectType: 'user', subjectId: user.id, role: 'member', expiresAt: noon.toISOString() },
      },
    ]);
  });

  test('M-7 the role of a group does not end by itself', () => {
    const member = { tenantId, workspaceId, subject: group, role: 'member', expiresAt: noon } as const;
    expect(() => WorkspaceMembership.join(member, 0, at)).toThrow(GroupRoleCannotExpire);
    expect(() => held('member', null, group).change({ role: 'member', expiresAt: noon }, alone, later)).toThrow(GroupRoleCannotExpire);
  });

  test('M-4 a change of both is two events, and keeps the day of joining', () => {
    const membership = held('member', noon);
    membership.change({ role: 'admin', expiresAt: evening }, alone, later);
    expect(membership.snapshot).toMatchObject({ role: 'admin', expiresAt: evening, version: 5, joinedAt: at, updatedAt: later });
    expect(membership.pullEvents()).toMatchObject([
      { type: 'workspaces.member_role_changed', revoking: false, payload: { previousRole: 'member', role: 'admin' } },
      {
        type: 'workspaces.member_expiry_changed',
        revoking: false,
        payload: { role: 'admin', previousExpiresAt: noon.toISOString(), expiresAt: evening.toISOString() },
      },
    ]);
  });

  test.each([
    ['a lower role', 'admin', 'member', null, null, [true]],
    ['a higher role', 'member', 'admin', null, null, [false]],
    ['an end', 'member', 'member', null, noon, [true]],
    ['an earlier end', 'member', 'member', evening, noon, [true]],
    ['a later end', 'member', 'member', noon, evening, [false]],
    ['no end any more', 'member', 'member', noon, null, [false]],
    ['nothing new', 'member', 'member', noon, noon, []],
  ] as const)('%s: what takes something away is revoking', (_what, from, to, end, newEnd, revoking) => {
    const membership = held(from, end);
    membership.change({ role: to, expiresAt: newEnd === null ? null : new Date(newEnd) }, alone, later);
    expect(membership.pullEvents().map((event) => event.revoking)).toEqual(revoking);
    expect(membership.version).toBe(3 + revoking.length);
  });

  test('M-2 the last owner keeps their role, without an end', () => {
    expect(() => held('owner').change({ role: 'admin', expiresAt: null }, alone, later)).toThrow(LastWorkspaceOwner);
    expect(() => held('owner').change({ role: 'owner', expiresAt: noon }, alone, later)).toThrow(LastWorkspaceOwner);
    expect(() => held('owner').remove(alone, later)).toThrow(LastWorkspaceOwner);
    held('owner').change({ role: 'owner', expiresAt: null }, alone, later);
    held('owner').remove({ anotherLasts: true }, later);
  });

  test('M-2 a group, and an owner whose role ends anyway, never counted, and so may go', () => {
    for (const membership of [held('owner', noon), held('owner', null, group), held('admin')]) membership.remove(alone, later);
    held('owner', noon).change({ role: 'viewer', expiresAt: noon }, alone, later);
  });

  test('M-6 what it rested on ends it, also for the last owner', () => {
    const membership = held('owner', null, group);
    membership.end(later);
    expect(membership.pullEvents()).toMatchObject([
      { type: 'workspaces.member_removed', revoking: true, aggregateVersion: 4, payload: { subjectType: 'group', previousRole: 'owner' } },
    ]);
    held('owner').end(later);
  });
});
