import type { Relationship } from '#authorization';
import * as f from '../application/relationships-of-rows.ts';
import * as walk from './pg-graph-walk-sql.ts';

interface Statement {
  readonly name: string;
  readonly text: string;
}

/** One kind of rows, in the order of bucket and key, and the edges each makes in this phase. */
export interface Phase {
  readonly statement: Statement & { readonly width: number; readonly ofTenant: Statement | null };
  tenantOf(row: never): string | null;
  /** Below the bucket: what the statement takes from its fourth value on. */
  keyOf(row: never): readonly string[];
  edgesOf(row: never): Relationship[];
}

interface PhaseOf<Row> {
  readonly statement: Phase['statement'];
  tenantOf(row: Row): string | null;
  keyOf(row: Row): readonly string[];
  edgesOf(row: Row): Relationship[];
}

const phase = <Row>(definition: PhaseOf<Row>): Phase => definition;

const tenantOf = (row: { readonly tenant_id: string }) => row.tenant_id;
const tenants = { tenantOf, keyOf: (row: f.TenantRow) => [row.tenant_id] };
const workspaces = { tenantOf, keyOf: (row: f.WorkspaceRow) => [row.tenant_id, row.workspace_id] };
const tenantMembers = { tenantOf, keyOf: (row: f.TenantMemberRow) => [row.tenant_id, row.user_id] };

const plain = (edge: Relationship) => edge.relation === 'member';

/** What limits access, then structure, then roles, and last the membership on which all access in a tenant rests. */
export const phases: readonly Phase[] = [
  phase({ statement: walk.suspendedTenants, ...tenants, edgesOf: f.ofTenantState }),
  phase({ statement: walk.archivedWorkspaces, ...workspaces, edgesOf: f.ofWorkspaceState }),
  phase({ statement: walk.tenants, ...tenants, edgesOf: f.ofTenant }),
  phase({ statement: walk.workspaces, ...workspaces, edgesOf: f.ofWorkspace }),
  phase<f.GroupRow>({ statement: walk.groups, tenantOf, keyOf: (row) => [row.tenant_id, row.group_id], edgesOf: f.ofGroup }),
  phase<f.WorkspaceMemberRow>({
    statement: walk.workspaceMembers,
    tenantOf,
    keyOf: (row) => [row.tenant_id, row.workspace_id, row.subject_type, row.subject_id],
    edgesOf: f.ofWorkspaceMember,
  }),
  phase<f.GroupMemberRow>({
    statement: walk.groupMembers,
    tenantOf,
    keyOf: (row) => [row.tenant_id, row.group_id, row.user_id],
    edgesOf: f.ofGroupMember,
  }),
  phase<f.TenantMemberRow>({
    statement: walk.tenantMembers,
    ...tenantMembers,
    edgesOf: (row) => f.ofTenantMember(row).filter((edge) => !plain(edge)),
  }),
  phase<f.TenantMemberRow>({ statement: walk.tenantMembers, ...tenantMembers, edgesOf: (row) => f.ofTenantMember(row).filter(plain) }),
];

/** Of the bucket that belongs to no tenant. */
export const platformPhases: readonly Phase[] = [
  phase<f.PlatformAdminRow>({
    statement: walk.platformAdmins,
    tenantOf: () => null,
    keyOf: (row) => [row.user_id],
    edgesOf: f.ofPlatformAdmin,
  }),
];
