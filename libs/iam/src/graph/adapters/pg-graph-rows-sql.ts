/** The rows behind edges, by key: one statement per kind, however many edges are asked about. */

const tenantColumns = 't.id AS tenant_id, t.state';
const memberColumns = 'm.tenant_id, m.user_id, m.role, m.expires_at, u.status AS user_status';
const workspaceColumns = 'w.id AS workspace_id, w.tenant_id, w.parent_id, w.inherits, w.state';
const workspaceMemberColumns = 'm.tenant_id, m.workspace_id, m.subject_type, m.subject_id, m.role, m.expires_at';
const groupColumns = 'g.id AS group_id, g.tenant_id';
const groupMemberColumns = 'm.tenant_id, m.group_id, m.user_id, m.role, m.expires_at';

/** Past its end a membership counts as removed, whenever its row goes. */
const lasting = '(m.expires_at IS NULL OR m.expires_at > now())';

// across tenants: the events of a batch belong to many, and the ids of their edges are unique among all of them
export const byKey = {
  tenants: {
    name: 'graph_tenants',
    text: `SELECT ${tenantColumns} FROM tenants t WHERE t.id = ANY ($1::text[])`,
  },
  tenantMembers: {
    name: 'graph_tenant_members',
    text: `SELECT ${memberColumns} FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, user_id)
      JOIN tenant_members m USING (tenant_id, user_id) JOIN users u ON u.id = m.user_id WHERE ${lasting}`,
  },
  workspaces: {
    name: 'graph_workspaces',
    text: `SELECT ${workspaceColumns} FROM workspaces w WHERE w.id = ANY ($1::text[])`,
  },
  workspaceMembers: {
    name: 'graph_workspace_members',
    text: `SELECT ${workspaceMemberColumns} FROM unnest($1::text[], $2::text[], $3::text[]) AS wanted (workspace_id, subject_type, subject_id)
      JOIN workspace_members m USING (workspace_id, subject_type, subject_id) WHERE ${lasting}`,
  },
  groups: {
    name: 'graph_groups',
    text: `SELECT ${groupColumns} FROM groups g WHERE g.id = ANY ($1::text[])`,
  },
  groupMembers: {
    name: 'graph_group_members',
    text: `SELECT ${groupMemberColumns} FROM unnest($1::text[], $2::text[]) AS wanted (group_id, user_id)
      JOIN group_members m USING (group_id, user_id) WHERE ${lasting}`,
  },
  platformAdmins: {
    name: 'graph_platform_admins',
    text: `SELECT a.user_id, u.status AS user_status FROM platform_admins a JOIN users u ON u.id = a.user_id WHERE a.user_id = ANY ($1::text[])`,
  },
};

/** The same rows in the order of their keys, a stretch at a time: $1 and $2 are the key to go on after, $3 how many. */
// across tenants: a rebuild walks over all of them
export const inOrder = {
  tenants: {
    name: 'graph_tenants_in_order',
    text: `SELECT ${tenantColumns} FROM tenants t WHERE t.id > $1 AND $2 = $2 ORDER BY t.id LIMIT $3`,
  },
  suspendedTenants: {
    name: 'graph_suspended_tenants_in_order',
    text: `SELECT ${tenantColumns} FROM tenants t WHERE t.state <> 'active' AND t.id > $1 AND $2 = $2 ORDER BY t.id LIMIT $3`,
  },
  tenantMembers: {
    name: 'graph_tenant_members_in_order',
    text: `SELECT ${memberColumns} FROM tenant_members m JOIN users u ON u.id = m.user_id
      WHERE (m.tenant_id, m.user_id) > ($1, $2) AND ${lasting} ORDER BY m.tenant_id, m.user_id LIMIT $3`,
  },
  workspaces: {
    name: 'graph_workspaces_in_order',
    text: `SELECT ${workspaceColumns} FROM workspaces w WHERE (w.tenant_id, w.id) > ($1, $2) ORDER BY w.tenant_id, w.id LIMIT $3`,
  },
  archivedWorkspaces: {
    name: 'graph_archived_workspaces_in_order',
    text: `SELECT ${workspaceColumns} FROM workspaces w WHERE w.state <> 'active' AND (w.tenant_id, w.id) > ($1, $2)
      ORDER BY w.tenant_id, w.id LIMIT $3`,
  },
  workspaceMembers: {
    name: 'graph_workspace_members_in_order',
    text: `SELECT ${workspaceMemberColumns} FROM workspace_members m
      WHERE (m.workspace_id, m.subject_type, m.subject_id) > ($1, split_part($2, ':', 1), split_part($2, ':', 2)) AND ${lasting}
      ORDER BY m.workspace_id, m.subject_type, m.subject_id LIMIT $3`,
  },
  groups: {
    name: 'graph_groups_in_order',
    text: `SELECT ${groupColumns} FROM groups g WHERE (g.tenant_id, g.id) > ($1, $2) ORDER BY g.tenant_id, g.id LIMIT $3`,
  },
  groupMembers: {
    name: 'graph_group_members_in_order',
    text: `SELECT ${groupMemberColumns} FROM group_members m WHERE (m.group_id, m.user_id) > ($1, $2) AND ${lasting}
      ORDER BY m.group_id, m.user_id LIMIT $3`,
  },
  platformAdmins: {
    name: 'graph_platform_admins_in_order',
    text: `SELECT a.user_id, u.status AS user_status FROM platform_admins a JOIN users u ON u.id = a.user_id
      WHERE a.user_id > $1 AND $2 = $2 ORDER BY a.user_id LIMIT $3`,
  },
};
