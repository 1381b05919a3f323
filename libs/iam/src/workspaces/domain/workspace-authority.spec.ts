import type { UserId } from '#kernel';
import { actingProduct, actingUser, anId } from '#kernel/testing';
import { describe, expect, test } from 'vitest';
import { WorkspaceNotFound, WorkspaceRoleTooLow } from './errors.ts';
import { WorkspaceExpiryBeyondOwn, WorkspaceRoleAboveOwn } from './member-errors.ts';
import { WorkspaceAuthority, type RoleUntil } from './workspace-authority.ts';
import { WORKSPACE_ROLES } from './workspace-role.ts';

const [noon, evening] = [new Date('2026-03-04T12:00:00Z'), new Date('2026-03-04T18:00:00Z')];
const held = (role: string, until: Date | null = null): RoleUntil => ({ role, until });
const authority = (roles: readonly RoleUntil[], inTenant = held('member')) =>
  WorkspaceAuthority.of(actingUser(anId<UserId>()), { inTenant, roles });

describe('authority in a workspace', () => {
  test('M-9 whoever has no role in it, or one that nobody knows, sees nothing', () => {
    expect(() => authority([])).toThrow(WorkspaceNotFound);
    expect(() => authority([held('superowner')])).toThrow(WorkspaceNotFound);
    expect(() => authority([], held('auditor'))).toThrow(WorkspaceNotFound);
    expect(() => WorkspaceAuthority.of(actingUser(anId<UserId>()), null)).toThrow(WorkspaceNotFound);
    expect(() => WorkspaceAuthority.of({ kind: 'service', id: 'x' }, null)).toThrow(WorkspaceNotFound);
  });

  test('M-9 viewers and members manage nobody, and neither do operators of the tenant', () => {
    for (const weak of [authority([held('viewer'), held('member')]), authority([], held('operator'))]) {
      expect(() => weak.mustManage()).toThrow(WorkspaceRoleTooLow);
      expect(() => weak.mustGrant('viewer', null)).toThrow(WorkspaceRoleTooLow);
      expect(() => weak.mustReach('viewer')).toThrow(WorkspaceRoleTooLow);
      expect(() => weak.mustOwn()).toThrow(WorkspaceRoleTooLow);
    }
  });

  test('M-3 nobody grants or reaches above their own role, and only owners touch owners', () => {
    const admin = authority([held('viewer'), held('admin')]);
    for (const role of ['admin', 'member', 'viewer'] as const) admin.mustGrant(role, null).mustReach(role);
    expect(() => admin.mustGrant('owner', null)).toThrow(WorkspaceRoleAboveOwn);
    expect(() => admin.mustReach('owner')).toThrow(WorkspaceRoleAboveOwn);
    expect(() => admin.mustOwn()).toThrow(WorkspaceRoleTooLow);
  });

  test('M-3 an admin of the tenant ranks as an owner, and so does the product itself', () => {
    for (const owner of [authority([], held('admin')), authority([held('owner')]), WorkspaceAuthority.of(actingProduct, null)])
      for (const role of WORKSPACE_ROLES) owner.mustOwn().mustGrant(role, null).mustReach(role);
  });

  test('M-9 a role that nobody knows is reached by nobody', () => {
    expect(() => authority([held('owner')]).mustReach('superowner')).toThrow(WorkspaceRoleAboveOwn);
  });

  test('M-7 nobody grants beyond the end of what allows them to', () => {
    const admin = authority([held('admin', noon)]);
    admin.mustGrant('member', noon).mustReach('admin');
    expect(() => admin.mustGrant('member', evening)).toThrow(WorkspaceExpiryBeyondOwn);
    expect(() => admin.mustGrant('member', null)).toThrow(WorkspaceExpiryBeyondOwn);
  });

  test('M-7 each role that somebody holds allows its own, however it is mixed with others', () => {
    const mixed = authority([held('owner', noon), held('admin'), held('viewer')]);
    mixed.mustGrant('admin', null).mustGrant('owner', noon);
    expect(() => mixed.mustGrant('owner', evening)).toThrow(WorkspaceExpiryBeyondOwn);
    const weak = authority([held('admin', noon), held('member')]);
    expect(() => weak.mustGrant('viewer', evening)).toThrow(WorkspaceExpiryBeyondOwn);
  });

  test('M-7 nothing lasts longer than the membership of the tenant', () => {
    expect(() => authority([held('owner')], held('member', noon)).mustGrant('viewer', evening)).toThrow(WorkspaceExpiryBeyondOwn);
    expect(() => authority([], held('admin', noon)).mustGrant('viewer', null)).toThrow(WorkspaceExpiryBeyondOwn);
    authority([held('owner', evening)], held('member', noon)).mustGrant('viewer', noon);
  });

  test('W-6 children are for admins and for operators of the tenant', () => {
    authority([], held('operator')).mustCreateChildren();
    authority([held('admin')]).mustCreateChildren();
    expect(() => authority([held('member')]).mustCreateChildren()).toThrow(WorkspaceRoleTooLow);
  });

  test('M-7 who creates children owns them for as long as the longest role that lets them create some', () => {
    expect(authority([held('admin', noon), held('member')]).childrenUntil()).toEqual(noon);
    expect(authority([held('owner', noon), held('admin', evening)]).childrenUntil()).toEqual(evening);
    expect(authority([held('owner', noon), held('admin')]).childrenUntil()).toBeNull();
    expect(authority([held('owner', noon)], held('operator')).childrenUntil()).toBeNull();
    expect(authority([], held('operator', noon)).childrenUntil()).toEqual(noon);
    expect(authority([held('owner')], held('member', noon)).childrenUntil()).toEqual(noon);
    expect(WorkspaceAuthority.of(actingProduct, null).childrenUntil()).toBeNull();
  });
});
