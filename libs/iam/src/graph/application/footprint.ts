import type { Relationship } from '#authorization';
import type { IamEvent } from '../../iam-event.ts';
import type { MemberSubjectType } from '../../workspaces/index.ts';
import * as edges from './edges.ts';

/**
 * The edges an event may have changed, of before and of after. Which of them exist is decided by rows, elsewhere. An
 * event that is missing here does not compile.
 *
 * No more than those: every edge named in vain is a delete of something absent, and deletes are what SpiceDB over
 * PostgreSQL takes fewest of in one call (measured: naming all roles for every added member made the drain ten times
 * slower). So a role stands for the edges it makes, which are the only ones that a membership of that role has.
 */
export function footprintOf(event: IamEvent): Relationship[] {
  switch (event.type) {
    case 'tenancy.tenant_created':
      return [edges.tenantPlatform(event.payload.tenantId)];
    case 'tenancy.tenant_changed':
    case 'workspaces.workspace_changed':
    case 'groups.group_changed':
    case 'identities.user_provisioned':
    case 'identities.user_profile_changed':
      return [];
    case 'tenancy.tenant_suspended':
    case 'tenancy.tenant_restored':
      return edges.tenantSuspension(event.payload.tenantId);
    case 'tenancy.member_added':
    case 'tenancy.member_expiry_changed':
      return tenantRoles(event.payload, event.payload.role);
    case 'tenancy.member_role_changed':
      return tenantRoles(event.payload, event.payload.previousRole, event.payload.role);
    case 'tenancy.member_removed':
      return tenantRoles(event.payload, event.payload.previousRole);
    case 'workspaces.workspace_created':
      return workspaceStructure(event.payload);
    case 'workspaces.workspace_moved':
      return inheritance(event.payload.workspaceId, event.payload.previousParentId, event.payload.parentId);
    case 'workspaces.workspace_inheritance_changed':
      return inheritance(event.payload.workspaceId, event.payload.parentId);
    case 'workspaces.workspace_archived':
    case 'workspaces.workspace_unarchived':
      return edges.workspaceArchival(event.payload.workspaceId);
    case 'workspaces.workspace_deleted':
      return [...workspaceStructure(event.payload), ...edges.workspaceArchival(event.payload.workspaceId)];
    case 'workspaces.member_added':
    case 'workspaces.member_expiry_changed':
      return workspaceRoles(event.payload, event.payload.role);
    case 'workspaces.member_role_changed':
      return workspaceRoles(event.payload, event.payload.previousRole, event.payload.role);
    case 'workspaces.member_removed':
      return workspaceRoles(event.payload, event.payload.previousRole);
    case 'groups.group_created':
    case 'groups.group_deleted':
      return [edges.groupTenant(event.payload.groupId, event.payload.tenantId)];
    case 'groups.member_added':
    case 'groups.member_expiry_changed':
      return groupRoles(event.payload, event.payload.role);
    case 'groups.member_role_changed':
      return groupRoles(event.payload, event.payload.previousRole, event.payload.role);
    case 'groups.member_removed':
      return groupRoles(event.payload, event.payload.previousRole);
    case 'identities.user_suspended':
    case 'identities.user_reactivated':
      return userFootprint(event.payload);
    case 'identities.platform_admin_granted':
    case 'identities.platform_admin_revoked':
      return [edges.platformAdministrator(event.payload.userId)];
    default:
      return event satisfies never;
  }
}

/** The edges of the highest of the roles: they include those of the others. */
function widest(all: readonly (readonly Relationship[])[]): Relationship[] {
  return [...all.reduce((most, some) => (some.length > most.length ? some : most))];
}

function tenantRoles({ tenantId, userId }: { tenantId: string; userId: string }, ...roles: readonly string[]): Relationship[] {
  return widest(roles.map((role) => edges.tenantRole(tenantId, userId, role)));
}

type WorkspaceMember = { workspaceId: string; subjectType: MemberSubjectType; subjectId: string };

function workspaceRoles({ workspaceId, subjectType, subjectId }: WorkspaceMember, ...roles: readonly string[]): Relationship[] {
  return widest(roles.map((role) => edges.workspaceRole(workspaceId, subjectType, subjectId, role)));
}

function groupRoles({ groupId, userId }: { groupId: string; userId: string }, ...roles: readonly string[]): Relationship[] {
  return widest(roles.map((role) => edges.groupRole(groupId, userId, role)));
}

function workspaceStructure(payload: { workspaceId: string; tenantId: string; parentId: string | null }): Relationship[] {
  const structure = [edges.workspaceTenant(payload.workspaceId, payload.tenantId)];
  return payload.parentId === null ? structure : [...structure, edges.workspaceInherits(payload.workspaceId, payload.parentId)];
}

function inheritance(workspaceId: string, ...parentIds: readonly string[]): Relationship[] {
  return parentIds.map((parentId) => edges.workspaceInherits(workspaceId, parentId));
}

/** One such event per tenant of the user, and one for the platform. It does not say which role the user has there. */
function userFootprint({ tenantId, userId }: { tenantId: string | null; userId: string }): Relationship[] {
  return tenantId === null ? [edges.platformAdministrator(userId)] : edges.tenantMembership(tenantId, userId);
}
