import type { Relationship } from '#authorization';
import * as f from '../application/relationships-of-rows.ts';
import { inOrder } from './pg-graph-rows-sql.ts';

/** One kind of rows, in key order, and the edges each makes in this phase. */
export interface Phase {
  readonly statement: { readonly name: string; readonly text: string };
  /** The most edges one row makes. */
  readonly edgesPerRow: number;
  tenantOf(row: never): string | null;
  keyOf(row: never): readonly [string, string];
  edgesOf(row: never): Relationship[];
}

interface PhaseOf<Row> {
  readonly statement: Phase['statement'];
  readonly edgesPerRow: number;
  tenantOf(row: Row): string | null;
  keyOf(row: Row): readonly [string, string];
  edgesOf(row: Row): Relationship[];
}

const phase = <Row>(definition: PhaseOf<Row>): Phase => definition;

const tenants = { tenantOf: (row: f.TenantRow) => row.tenant_id, keyOf: (row: f.TenantRow) => [row.tenant_id, ''] as const };
const workspaces = {
  tenantOf: (row: f.WorkspaceRow) => row.tenant_id,
  keyOf: (row: f.WorkspaceRow) => [row.tenant_id, row.workspace_id] as const,
};
const tenantMembers = {
  tenantOf: (row: f.TenantMemberRow) => row.tenant_id,
  keyOf: (row: f.TenantMemberRow) => [row.tenant_id, row.user_id] as const,
};

const plain = (edge: Relationship) => edge.relation === 'member';

/** What limits access, then structure, then roles, and last the membership on which all access in a tenant rests. */
export const phases: readonly Phase[] = [
  phase({ statement: inOrder.suspendedTenants, edgesPerRow: 2, ...tenants, edgesOf: f.ofTenantState }),
  phase({ statement: inOrder.archivedWorkspaces, edgesPerRow: 2, ...workspaces, edgesOf: f.ofWorkspaceState }),
  phase({ statement: inOrder.tenants, edgesPerRow: 1, ...tenants, edgesOf: f.ofTenant }),
  phase({ statement: inOrder.workspaces, edgesPerRow: 2, ...workspaces, edgesOf: f.ofWorkspace }),
  phase<f.GroupRow>({
    statement: inOrder.groups,
    edgesPerRow: 1,
    tenantOf: (row) => row.tenant_id,
    keyOf: (row) => [row.tenant_id, row.group_id],
    edgesOf: f.ofGroup,
  }),
  phase<f.WorkspaceMemberRow>({
    statement: inOrder.workspaceMembers,
    edgesPerRow: 4,
    tenantOf: (row) => row.tenant_id,
    keyOf: (row) => [row.workspace_id, `${row.subject_type}:${row.subject_id}`],
    edgesOf: f.ofWorkspaceMember,
  }),
  phase<f.GroupMemberRow>({
    statement: inOrder.groupMembers,
    edgesPerRow: 2,
    tenantOf: (row) => row.tenant_id,
    keyOf: (row) => [row.group_id, row.user_id],
    edgesOf: f.ofGroupMember,
  }),
  phase<f.TenantMemberRow>({
    statement: inOrder.tenantMembers,
    edgesPerRow: 2,
    ...tenantMembers,
    edgesOf: (row) => f.ofTenantMember(row).filter((edge) => !plain(edge)),
  }),
  phase<f.TenantMemberRow>({
    statement: inOrder.tenantMembers,
    edgesPerRow: 1,
    ...tenantMembers,
    edgesOf: (row) => f.ofTenantMember(row).filter(plain),
  }),
  phase<f.PlatformAdminRow>({
    statement: inOrder.platformAdmins,
    edgesPerRow: 1,
    tenantOf: () => null,
    keyOf: (row) => [row.user_id, ''],
    edgesOf: f.ofPlatformAdmin,
  }),
];
