import { relationshipKey, type Relationship } from '#authorization';
import { anId } from '#kernel/testing';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { describe, expect, it } from 'vitest';
import type { TenantMemberEvent, TenantRole } from '../../tenancy/index.ts';
import { TenantMembership } from '../../tenancy/domain/tenant-membership.ts';
import type { WorkspaceRole } from '../../workspaces/index.ts';
import * as edges from './edges.ts';
import { footprintOf } from './footprint.ts';

const at = new Date('2026-11-21T07:00:00Z');
const others = { anotherIsActive: true };
const [tenantId, userId, workspaceId] = [anId<TenantId>(), anId<UserId>(), anId<WorkspaceId>()];

const keys = (relationships: readonly Relationship[]) => relationships.map(relationshipKey).sort();
const edgesOf = (role: TenantRole | null) => (role === null ? [] : edges.tenantRole(tenantId, userId, role));
const theOnly = ([event, ...more]: readonly TenantMemberEvent[]): TenantMemberEvent => {
  if (event === undefined || more.length > 0) throw new Error('not one event');
  return event;
};

/** What the product says when a membership goes from one role to another; null is no membership. */
function eventFor(before: TenantRole | null, after: TenantRole | null): TenantMemberEvent | null {
  const joining = before ?? after;
  if (joining === null || before === after) return null;
  const membership = TenantMembership.join({ tenantId, userId, role: joining, lastVersion: 0 }, at);
  if (before === null) return theOnly(membership.pullEvents());
  membership.pullEvents();
  if (after === null) membership.remove(others, at);
  else membership.changeRole(after, others, at);
  return theOnly(membership.pullEvents());
}

const states = [null, ...edges.tenantRoles] as const;
const changes = states.flatMap((before) => states.map((after) => ({ before, after, event: eventFor(before, after) })));

describe('P-1 the footprint of a membership event', () => {
  it('holds every relationship that the change makes or unmakes, and those that stay, but none that neither role has', () => {
    for (const { before, after, event } of changes) {
      if (event === null) continue;
      const touched = [...edgesOf(before), ...edgesOf(after)];
      expect(new Set(keys(footprintOf(event)))).toEqual(new Set(keys(touched)));
    }
  });

  it('names a relationship once', () => {
    for (const { event } of changes) {
      const named = event === null ? [] : keys(footprintOf(event));
      expect(named).toEqual([...new Set(named)]);
    }
  });

  it('is one relationship for an ordinary member who is added', () => {
    expect(keys(footprintOf(eventFor(null, 'member') as TenantMemberEvent))).toEqual([`tenant:${tenantId}#member@user:${userId}`]);
  });

  it('is that of the role in a workspace, added or removed', () => {
    const about = { aggregateType: 'workspace_membership', aggregateId: `${workspaceId}:user:${userId}`, aggregateVersion: 1 } as const;
    const event = { ...about, schemaVersion: 1, tenantId, occurredAt: at } as const;
    const member = { tenantId, workspaceId, subjectType: 'user', subjectId: userId } as const;
    for (const role of edges.workspaceRoles satisfies readonly WorkspaceRole[]) {
      const expected = keys(edges.workspaceRole(workspaceId, 'user', userId, role));
      const added = { ...event, type: 'workspaces.member_added', revoking: false, payload: { ...member, role, expiresAt: null } } as const;
      const removed = { ...event, type: 'workspaces.member_removed', revoking: true, payload: { ...member, previousRole: role } } as const;
      expect(keys(footprintOf(added))).toEqual(expected);
      expect(keys(footprintOf(removed))).toEqual(expected);
    }
  });
});
