import type { Relationship } from '#authorization';
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
  readonly user_id: string;
  readonly role: string;
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
  row.user_status === 'active' ? edges.tenantRole(row.tenant_id, row.user_id, row.role) : [];

export const ofWorkspaceState = (row: WorkspaceRow): Relationship[] =>
  row.state === 'active' ? [] : edges.workspaceArchival(row.workspace_id);

export function ofWorkspace(row: WorkspaceRow): Relationship[] {
  const structure = [edges.workspaceTenant(row.workspace_id, row.tenant_id)];
  if (row.parent_id !== null && row.inherits) structure.push(edges.workspaceInherits(row.workspace_id, row.parent_id));
  return structure;
}

export const ofWorkspaceMember = (row: WorkspaceMemberRow): Relationship[] => edges.workspaceRole(row.workspace_id, row.user_id, row.role);

export const ofPlatformAdmin = (row: PlatformAdminRow): Relationship[] =>
  row.user_status === 'active' ? [edges.platformAdministrator(row.user_id)] : [];
