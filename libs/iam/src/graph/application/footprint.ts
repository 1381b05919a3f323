import type { Relationship } from '#authorization';
import type { IamEvent } from '../../iam-event.ts';
import type { TenantRole } from '../../tenancy/index.ts';
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
    case 'identities.user_provisioned':
    case 'identities.user_profile_changed':
      return [];
    case 'tenancy.tenant_suspended':
    case 'tenancy.tenant_restored':
      return edges.tenantSuspension(event.payload.tenantId);
    case 'tenancy.member_added':
      return tenantRoles(event.payload, event.payload.role);
    case 'tenancy.member_role_changed':
      return tenantRoles(event.payload, event.payload.previousRole, event.payload.role);
    case 'tenancy.member_removed':
      return tenantRoles(event.payload, event.payload.previousRole);
    case 'workspaces.workspace_created':
      return workspaceFootprint(event.payload);
    case 'workspaces.member_added':
      return edges.workspaceRole(event.payload.workspaceId, event.payload.userId, event.payload.role);
    case 'workspaces.member_removed':
      return edges.workspaceRole(event.payload.workspaceId, event.payload.userId, event.payload.previousRole);
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
function tenantRoles({ tenantId, userId }: { tenantId: string; userId: string }, ...roles: readonly TenantRole[]): Relationship[] {
  const all = roles.map((role) => edges.tenantRole(tenantId, userId, role));
  return all.reduce((widest, some) => (some.length > widest.length ? some : widest));
}

function workspaceFootprint(payload: { workspaceId: string; tenantId: string; parentId: string | null }): Relationship[] {
  const structure = [edges.workspaceTenant(payload.workspaceId, payload.tenantId)];
  return payload.parentId === null ? structure : [...structure, edges.workspaceInherits(payload.workspaceId, payload.parentId)];
}

/** One such event per tenant of the user, and one for the platform. It does not say which role the user has there. */
function userFootprint({ tenantId, userId }: { tenantId: string | null; userId: string }): Relationship[] {
  return tenantId === null ? [edges.platformAdministrator(userId)] : edges.tenantMembership(tenantId, userId);
}
