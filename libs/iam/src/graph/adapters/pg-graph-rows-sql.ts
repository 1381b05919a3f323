import * as columns from './pg-graph-columns.ts';

/** The rows behind edges, by key: one statement per kind, however many edges are asked about. */

// across tenants: the events of a batch belong to many, and the ids of their edges are unique among all of them
export const byKey = {
  tenants: {
    name: 'graph_tenants',
    text: `SELECT ${columns.tenant} FROM tenants t WHERE t.id = ANY ($1::text[])`,
  },
  tenantMembers: {
    name: 'graph_tenant_members',
    text: `SELECT ${columns.tenantMember} FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, user_id)
      JOIN tenant_members m USING (tenant_id, user_id) JOIN users u ON u.id = m.user_id WHERE ${columns.lasting}`,
  },
  workspaces: {
    name: 'graph_workspaces',
    text: `SELECT ${columns.workspace} FROM workspaces w WHERE w.id = ANY ($1::text[])`,
  },
  workspaceMembers: {
    name: 'graph_workspace_members',
    text: `SELECT ${columns.workspaceMember} FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (workspace_id, subject_type, subject_id)
      JOIN workspace_members m USING (workspace_id, subject_type, subject_id) WHERE ${columns.lasting}`,
  },
  groups: {
    name: 'graph_groups',
    text: `SELECT ${columns.group} FROM groups g WHERE g.id = ANY ($1::text[])`,
  },
  groupMembers: {
    name: 'graph_group_members',
    text: `SELECT ${columns.groupMember} FROM unnest($1::text[], $2::text[]) AS wanted (group_id, user_id)
      JOIN group_members m USING (group_id, user_id) WHERE ${columns.lasting}`,
  },
  platformAdmins: {
    name: 'graph_platform_admins',
    text: `SELECT a.user_id, u.status AS user_status FROM platform_admins a JOIN users u ON u.id = a.user_id WHERE a.user_id = ANY ($1::text[])`,
  },
};
