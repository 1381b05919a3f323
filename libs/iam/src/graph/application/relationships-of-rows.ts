import type { Relationship } from '#authorization';
import type { MemberSubjectType } from '../../workspaces/index.ts';
import * as edges from './edges.ts';

/** f: which edges exist, said of one row at a time. Pure, and the only place that says it. */

export interface TenantRow {
  readonly tenant_id: string;
  readonly state: string;
}

export interface TenantMemberRow {
  readonly tenant_id: string;
  readonly user_id: string;
  readonly role: string;
  readonly expires_at: Date | null;
  readonly user_status: string;
}

export interface WorkspaceRow {
  readonly workspace_id: string;
  readonly tenant_id: string;
  readonly parent_id: string | null;
  readonly inherits: boolean;
  readonly state: string;
}

export interface WorkspaceMemberRow {
  readonly tenant_id: string;
  readonly workspace_id: string;
  readonly subject_type: MemberSubjectType;
  readonly subject_id: string;
  readonly role: string;
  readonly expires_at: Date | null;
}

export interface GroupRow {
  readonly group_id: string;
  readonly tenant_id: string;
}

export interface GroupMemberRow {
  readonly tenant_id: string;
  readonly group_id: string;
  readonly user_id: string;
  readonly role: string;
  readonly expires_at: Date | null;
}

export interface PlatformAdminRow {
  readonly user_id: string;
  readonly user_status: string;
}

/** Anything but active is cut off: an unknown state denies. */
export const ofTenantState = (row: TenantRow): Relationship[] => (row.state === 'active' ? [] : edges.tenantSuspension(row.tenant_id));

export const ofTenant = (row: TenantRow): Relationship[] => [edges.tenantPlatform(row.tenant_id)];

/** A membership is in the graph only while the user is active: everything else in the tenant rests on it. */
export const ofTenantMember = (row: TenantMemberRow): Relationship[] =>
  row.user_status === 'active' ? until(row.expires_at, edges.tenantRole(row.tenant_id, row.user_id, row.role)) : [];

export const ofWorkspaceState = (row: WorkspaceRow): Relationship[] =>
  row.state === 'active' ? [] : edges.workspaceArchival(row.workspace_id);

export function ofWorkspace(row: WorkspaceRow): Relationship[] {
  const structure = [edges.workspaceTenant(row.workspace_id, row.tenant_id)];
  if (row.parent_id !== null && row.inherits) structure.push(edges.workspaceInherits(row.workspace_id, row.parent_id));
  return structure;
}

export const ofWorkspaceMember = (row: WorkspaceMemberRow): Relationship[] =>
  until(row.expires_at, edges.workspaceRole(row.workspace_id, row.subject_type, row.subject_id, row.role));

export const ofGroup = (row: GroupRow): Relationship[] => [edges.groupTenant(row.group_id, row.tenant_id)];

export const ofGroupMember = (row: GroupMemberRow): Relationship[] =>
  until(row.expires_at, edges.groupRole(row.group_id, row.user_id, row.role));

export const ofPlatformAdmin = (row: PlatformAdminRow): Relationship[] =>
  row.user_status === 'active' ? [edges.platformAdministrator(row.user_id)] : [];

/** The engine ends these by itself. Rows that are past their end are not read: what is over is as if it were removed. */
function until(expiresAt: Date | null, relationships: Relationship[]): Relationship[] {
  return expiresAt === null ? relationships : relationships.map((relationship) => ({ ...relationship, expiresAt }));
}
