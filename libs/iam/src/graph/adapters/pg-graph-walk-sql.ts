import * as columns from './pg-graph-columns.ts';

/**
 * The rows of some buckets, a stretch at a time, in the order of (bucket, tenant, then the keys below the tenant): what makes a row's key.
 * $1 are the buckets, $2 how many rows, and $3 onwards the key to go on after.
 *
 * Tenants are found by their bucket, and everything else by its tenant: a shard does not read what is another's. Each step down is
 * LATERAL, ordered and limited by itself, so that a stretch costs what it returns, also in the midst of a tenant or a workspace with a
 * million members; the orders outside sort only what ties, a group at a time. Row-level security keeps comparisons of text out of the search
 * of an index: within its first bucket a stretch passes over the tenants before its key.
 */
const walk = (name: string, keys: readonly string[], selected: string, from: string) => {
  const text = (also = '') => `SELECT t.bucket, ${selected} FROM (
      SELECT bucket, id, state FROM tenants
      WHERE bucket = ANY ($1::smallint[]) AND bucket >= $3::smallint AND (bucket, id) >= ($3::smallint, $4)${also} ORDER BY bucket, id) t
    ${from}
    ORDER BY t.bucket, ${keys.join(', ')} LIMIT $2`;
  return {
    name,
    /** Values of a key, its bucket left out. */
    width: keys.length,
    text: text(),
    /** The same walk, held to one tenant: its id comes after the key. */
    ofTenant: { name: `${name}_of_tenant`, text: text(` AND id = $${keys.length + 4}`) },
  };
};

/** The key to go on after counts only below the very tenant, and the very workspace or group, that it names. */
const within = (parent: string, named: string, key: string) => `CASE WHEN ${parent} = ${named} THEN ${key} ELSE '' END`;

const below = (table: string, alias: string, named: string, also = '') => `CROSS JOIN LATERAL (
      SELECT ${named} FROM ${table} ${alias} WHERE ${alias}.tenant_id = t.id AND ${alias}.id > ${within('t.id', '$4', '$5')}${also}
      ORDER BY ${alias}.tenant_id, ${alias}.id LIMIT $2) ${alias}`;

const workspaceColumns = 'w.id, w.tenant_id, w.parent_id, w.inherits, w.state';

// across tenants: a rebuild walks over all of them
export const tenants = walk('walk_tenants', ['t.id'], columns.tenant, 'WHERE (t.bucket, t.id) > ($3::smallint, $4)');
export const suspendedTenants = walk(
  'walk_suspended_tenants',
  ['t.id'],
  columns.tenant,
  "WHERE t.state <> 'active' AND (t.bucket, t.id) > ($3::smallint, $4)",
);
export const workspaces = walk('walk_workspaces', ['t.id', 'w.id'], columns.workspace, below('workspaces', 'w', workspaceColumns));
export const archivedWorkspaces = walk(
  'walk_archived_workspaces',
  ['t.id', 'w.id'],
  columns.workspace,
  below('workspaces', 'w', workspaceColumns, " AND w.state <> 'active'"),
);
export const groups = walk('walk_groups', ['t.id', 'g.id'], columns.group, below('groups', 'g', 'g.id, g.tenant_id'));

export const tenantMembers = walk(
  'walk_tenant_members',
  ['t.id', 'm.user_id'],
  columns.tenantMember.replace('u.status', 'm.status'),
  `CROSS JOIN LATERAL (
      SELECT m.tenant_id, m.user_id, m.role, m.expires_at, u.status FROM tenant_members m JOIN users u ON u.id = m.user_id
      WHERE m.tenant_id = t.id AND m.user_id > ${within('t.id', '$4', '$5')} AND ${columns.lasting}
      ORDER BY m.tenant_id, m.user_id LIMIT $2) m`,
);

export const workspaceMembers = walk(
  'walk_workspace_members',
  ['t.id', 'm.workspace_id', 'm.subject_type', 'm.subject_id'],
  columns.workspaceMember,
  `CROSS JOIN LATERAL (
      SELECT ${columns.workspaceMember} FROM workspaces w CROSS JOIN LATERAL (
        SELECT ${columns.workspaceMember} FROM workspace_members m WHERE m.workspace_id = w.id
          AND (m.subject_type, m.subject_id) > (${within('w.id', '$5', '$6')}, ${within('w.id', '$5', '$7')}) AND ${columns.lasting}
        ORDER BY m.workspace_id, m.subject_type, m.subject_id LIMIT $2) m
      WHERE w.tenant_id = t.id AND w.id >= ${within('t.id', '$4', '$5')}
      ORDER BY w.tenant_id, w.id, m.subject_type, m.subject_id LIMIT $2) m`,
);

export const groupMembers = walk(
  'walk_group_members',
  ['t.id', 'm.group_id', 'm.user_id'],
  columns.groupMember,
  `CROSS JOIN LATERAL (
      SELECT ${columns.groupMember} FROM groups g CROSS JOIN LATERAL (
        SELECT ${columns.groupMember} FROM group_members m WHERE m.group_id = g.id AND m.user_id > ${within('g.id', '$5', '$6')} AND ${columns.lasting}
        ORDER BY m.group_id, m.user_id LIMIT $2) m
      WHERE g.tenant_id = t.id AND g.id >= ${within('t.id', '$4', '$5')}
      ORDER BY g.tenant_id, g.id, m.user_id LIMIT $2) m`,
);

/** Few, and all of one bucket. */
export const platformAdmins = {
  name: 'walk_platform_admins',
  width: 1,
  ofTenant: null,
  text: `SELECT $3::smallint AS bucket, a.user_id, u.status AS user_status FROM platform_admins a JOIN users u ON u.id = a.user_id
    WHERE a.user_id > $4 AND cardinality($1::smallint[]) > 0 ORDER BY a.user_id LIMIT $2`,
};
