/** What f reads of each kind of row. */
export const tenant = 't.id AS tenant_id, t.state';
export const tenantMember = 'm.tenant_id, m.user_id, m.role, m.expires_at, u.status AS user_status';
export const workspace = 'w.id AS workspace_id, w.tenant_id, w.parent_id, w.inherits, w.state';
export const workspaceMember = 'm.tenant_id, m.workspace_id, m.subject_type, m.subject_id, m.role, m.expires_at';
export const group = 'g.id AS group_id, g.tenant_id';
export const groupMember = 'm.tenant_id, m.group_id, m.user_id, m.role, m.expires_at';

/** Past its end a membership counts as removed, whenever its row goes. */
export const lasting = '(m.expires_at IS NULL OR m.expires_at > now())';
