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
type Footprints = { readonly [Type in IamEvent['type']]: (payload: Extract<IamEvent, { type: Type }>['payload']) => Relationship[] };

const footprints: Footprints = {
  'tenancy.tenant_created': (payload) => [edges.tenantPlatform(payload.tenantId)],
  'tenancy.tenant_changed': () => [],
  'workspaces.workspace_changed': () => [],
  'groups.group_changed': () => [],
  'identities.user_provisioned': () => [],
  'identities.user_profile_changed': () => [],
  'tenancy.tenant_suspended': (payload) => edges.tenantSuspension(payload.tenantId),
  'tenancy.tenant_restored': (payload) => edges.tenantSuspension(payload.tenantId),
  'tenancy.member_added': (payload) => tenantRoles(payload, payload.role),
  'tenancy.member_expiry_changed': (payload) => tenantRoles(payload, payload.role),
  'tenancy.member_role_changed': (payload) => tenantRoles(payload, payload.previousRole, payload.role),
  'tenancy.member_removed': (payload) => tenantRoles(payload, payload.previousRole),
  'workspaces.workspace_created': (payload) => workspaceStructure(payload),
  'workspaces.workspace_moved': (payload) => inheritance(payload.workspaceId, payload.previousParentId, payload.parentId),
  'workspaces.workspace_inheritance_changed': (payload) => inheritance(payload.workspaceId, payload.parentId),
  'workspaces.workspace_archived': (payload) => edges.workspaceArchival(payload.workspaceId),
  'workspaces.workspace_unarchived': (payload) => edges.workspaceArchival(payload.workspaceId),
  'workspaces.workspace_deleted': (payload) => [...workspaceStructure(payload), ...edges.workspaceArchival(payload.workspaceId)],
  'workspaces.member_added': (payload) => workspaceRoles(payload, payload.role),
  'workspaces.member_expiry_changed': (payload) => workspaceRoles(payload, payload.role),
  'workspaces.member_role_changed': (payload) => workspaceRoles(payload, payload.previousRole, payload.role),
  'workspaces.member_removed': (payload) => workspaceRoles(payload, payload.previousRole),
  'groups.group_created': (payload) => [edges.groupTenant(payload.groupId, payload.tenantId)],
  'groups.group_deleted': (payload) => [edges.groupTenant(payload.groupId, payload.tenantId)],
  'groups.member_added': (payload) => groupRoles(payload, payload.role),
  'groups.member_expiry_changed': (payload) => groupRoles(payload, payload.role),
  'groups.member_role_changed': (payload) => groupRoles(payload, payload.previousRole, payload.role),
  'groups.member_removed': (payload) => groupRoles(payload, payload.previousRole),
  'identities.user_suspended': (payload) => userFootprint(payload),
  'identities.user_reactivated': (payload) => userFootprint(payload),
  'identities.platform_admin_granted': (payload) => [edges.platformAdministrator(payload.userId)],
  'identities.platform_admin_revoked': (payload) => [edges.platformAdministrator(payload.userId)],
};

export function footprintOf({ type, payload }: IamEvent): Relationship[] {
  return (footprints[type] as (payload: IamEvent['payload']) => Relationship[])(payload);
}

/** A removal too: whoever came back since, with an end, has the same edges, and an end that these did not have. */
const shortening: ReadonlySet<IamEvent['type']> = new Set<IamEvent['type']>([
  'tenancy.member_expiry_changed',
  'tenancy.member_removed',
  'workspaces.member_expiry_changed',
  'workspaces.member_removed',
  'groups.member_expiry_changed',
  'groups.member_removed',
]);

/** Whether a revoking event may have left its edges in place, with an earlier end. */
export const shortensEdges = ({ type }: IamEvent): boolean => shortening.has(type);

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
