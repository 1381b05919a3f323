import { graph, type ObjectRef, type Relationship, type SubjectRef } from '#authorization';
import type { GroupRole } from '../../groups/index.ts';
import type { TenantRole } from '../../tenancy/index.ts';
import type { MemberSubjectType, WorkspaceRole } from '../../workspaces/index.ts';

/** One vocabulary for both directions: what an event may have touched, and what rows make. */

/** The platform is one object: this deployment. */
export const platform: ObjectRef = { type: graph.platform.type, id: 'main' };

const user = (id: string): SubjectRef => ({ type: graph.user.type, id });
const tenant = (id: string): ObjectRef => ({ type: graph.tenant.type, id });
const workspace = (id: string): ObjectRef => ({ type: graph.workspace.type, id });
const group = (id: string): ObjectRef => ({ type: graph.group.type, id });

/** Who holds a role in a workspace: a user, or all members of a group. */
const memberOf: Readonly<Record<MemberSubjectType, (id: string) => SubjectRef>> = {
  user,
  group: (id) => ({ type: graph.group.type, id, relation: graph.group.relations.member }),
};

/** A role is written as itself and every role below it, so that a permission reads one relation. Highest first. */
export const tenantRoles = ['admin', 'operator', 'member'] as const satisfies readonly TenantRole[];
export const groupRoles = ['admin', 'member'] as const satisfies readonly GroupRole[];
export const workspaceRoles = ['owner', 'admin', 'member', 'viewer'] as const satisfies readonly WorkspaceRole[];

/** What takes everybody's access: users and service accounts alike. */
const everybody: readonly SubjectRef[] = [
  { type: graph.user.type, id: '*' },
  { type: graph.service_account.type, id: '*' },
];

export function platformAdministrator(userId: string): Relationship {
  return { resource: platform, relation: graph.platform.relations.administrator, subject: user(userId) };
}

export function tenantPlatform(tenantId: string): Relationship {
  return { resource: tenant(tenantId), relation: graph.tenant.relations.platform, subject: platform };
}

export function tenantSuspension(tenantId: string): Relationship[] {
  return everybody.map((subject) => ({ resource: tenant(tenantId), relation: graph.tenant.relations.suspended, subject }));
}

/** Every edge a membership of a tenant can have, whatever the role. */
export function tenantMembership(tenantId: string, userId: string): Relationship[] {
  return tenantRoles.map((relation) => ({ resource: tenant(tenantId), relation, subject: user(userId) }));
}

/** The edges of one role. A role this code does not know holds nothing. */
export function tenantRole(tenantId: string, userId: string, role: string): Relationship[] {
  return tenantMembership(tenantId, userId).slice(rank(tenantRoles, role));
}

export function workspaceTenant(workspaceId: string, tenantId: string): Relationship {
  return { resource: workspace(workspaceId), relation: graph.workspace.relations.tenant, subject: tenant(tenantId) };
}

export function workspaceInherits(workspaceId: string, parentId: string): Relationship {
  return { resource: workspace(workspaceId), relation: graph.workspace.relations.inherits, subject: workspace(parentId) };
}

export function workspaceArchival(workspaceId: string): Relationship[] {
  return everybody.map((subject) => ({ resource: workspace(workspaceId), relation: graph.workspace.relations.archived, subject }));
}

export function workspaceMembership(workspaceId: string, subjectType: MemberSubjectType, subjectId: string): Relationship[] {
  const subject = memberOf[subjectType](subjectId);
  return workspaceRoles.map((relation) => ({ resource: workspace(workspaceId), relation, subject }));
}

export function workspaceRole(workspaceId: string, subjectType: MemberSubjectType, subjectId: string, role: string): Relationship[] {
  return workspaceMembership(workspaceId, subjectType, subjectId).slice(rank(workspaceRoles, role));
}

export function groupTenant(groupId: string, tenantId: string): Relationship {
  return { resource: group(groupId), relation: graph.group.relations.tenant, subject: tenant(tenantId) };
}

export function groupMembership(groupId: string, userId: string): Relationship[] {
  return groupRoles.map((relation) => ({ resource: group(groupId), relation, subject: user(userId) }));
}

export function groupRole(groupId: string, userId: string, role: string): Relationship[] {
  return groupMembership(groupId, userId).slice(rank(groupRoles, role));
}

function rank(roles: readonly string[], role: string): number {
  const found = roles.indexOf(role);
  return found === -1 ? roles.length : found;
}
