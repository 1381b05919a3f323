import type { Relationship } from '#authorization';
import type { IamEvent } from '../../iam-event.ts';
import * as edges from './edges.ts';

/**
 * The edges an event may have changed, of before and of after. Which of them exist is decided by rows, elsewhere. An
 * event that is missing here does not compile.
 */
export function footprintOf(event: IamEvent): Relationship[] {
  switch (event.type) {
    case 'tenancy.tenant_created':
      return [edges.tenantPlatform(event.payload.tenantId)];
    case 'tenancy.tenant_changed':
    case 'identities.user_provisioned':
      return [];
    case 'tenancy.tenant_suspended':
    case 'tenancy.tenant_restored':
      return edges.tenantSuspension(event.payload.tenantId);
    case 'tenancy.member_added':
    case 'tenancy.member_role_changed':
    case 'tenancy.member_removed':
      return edges.tenantMembership(event.payload.tenantId, event.payload.userId);
    case 'workspaces.workspace_created':
      return workspaceFootprint(event.payload);
    case 'workspaces.member_added':
    case 'workspaces.member_removed':
      return edges.workspaceMembership(event.payload.workspaceId, event.payload.userId);
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

function workspaceFootprint(payload: { workspaceId: string; tenantId: string; parentId: string | null }): Relationship[] {
  const structure = [edges.workspaceTenant(payload.workspaceId, payload.tenantId)];
  return payload.parentId === null ? structure : [...structure, edges.workspaceInherits(payload.workspaceId, payload.parentId)];
}

/** One such event per tenant of the user, and one for the platform. */
function userFootprint({ tenantId, userId }: { tenantId: string | null; userId: string }): Relationship[] {
  return tenantId === null ? [edges.platformAdministrator(userId)] : edges.tenantMembership(tenantId, userId);
}
