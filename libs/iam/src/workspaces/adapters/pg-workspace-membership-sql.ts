/** The columns of a membership, in the order in which they are stored and read. */
const columns = 'm.tenant_id, m.workspace_id, m.subject_type, m.subject_id, m.role, m.expires_at, m.version, m.joined_at, m.updated_at';

/** Past its end a membership counts as removed, whenever its row goes. */
export const lasts = (alias: string): string => `(${alias}.expires_at IS NULL OR ${alias}.expires_at > now())`;

/**
 * The tree of a tenant changes only under a lock on its root, which this one excludes; the root itself needs no second lock.
 * Weaker than FOR UPDATE, so that children can be made below the root while somebody joins it.
 */
export const holdTree = {
  name: 'workspace_tree_hold',
  text: 'SELECT id FROM workspaces WHERE tenant_id = $1 AND parent_id IS NULL AND id <> $2 FOR KEY SHARE',
};

export const lockWorkspace = {
  name: 'workspace_lock_for_members',
  text: 'SELECT state FROM workspaces WHERE tenant_id = $1 AND id = $2 FOR NO KEY UPDATE',
};

/**
 * The workspace and every ancestor whose roles count here, in the order of their ids: the order in which rows of several are locked.
 * Looked up one by one, as are the roles in them: a join of whole tables reads every workspace of the tenant, and all that its reader
 * owns, once the planner takes them for few. With 2,000 of them it cost 1.2 ms.
 */
const reach = `WITH RECURSIVE above (id, parent_id, inherits) AS (
    SELECT w.id, w.parent_id, w.inherits FROM workspaces w WHERE w.tenant_id = $1 AND w.id = $2
    UNION ALL
    SELECT p.id, p.parent_id, p.inherits FROM above c CROSS JOIN LATERAL (
      SELECT x.id, x.parent_id, x.inherits FROM workspaces x WHERE x.tenant_id = $1 AND x.id = c.parent_id LIMIT 1) p
    WHERE c.inherits
  ), reach AS MATERIALIZED (SELECT id FROM above ORDER BY id)`;

export const tenantStanding = {
  name: 'workspace_member_tenant_standing',
  text: `SELECT t.role, t.expires_at AS until FROM tenant_members t JOIN users u ON u.id = t.user_id
    WHERE t.tenant_id = $1 AND t.user_id = $2 AND u.status = 'active' AND ${lasts('t')} FOR SHARE OF t, u`,
};

/** Each row that gives a role is held: whoever ends or lowers it, at whichever level, comes before or after this transaction. */
export const ownRoles = {
  name: 'workspace_member_own_roles',
  text: `${reach} SELECT held.role, held.until FROM reach CROSS JOIN LATERAL (
      SELECT m.role, m.expires_at AS until FROM workspace_members m
      WHERE m.tenant_id = $1 AND m.workspace_id = reach.id AND m.subject_type = 'user' AND m.subject_id = $3 AND ${lasts('m')}
      FOR SHARE OF m) held`,
};

export const rolesThroughGroups = {
  name: 'workspace_member_roles_through_groups',
  text: `${reach} SELECT held.role, held.until FROM reach CROSS JOIN LATERAL (
      SELECT m.role, g.expires_at AS until FROM group_members g
      JOIN workspace_members m ON m.tenant_id = $1 AND m.workspace_id = reach.id AND m.subject_type = 'group' AND m.subject_id = g.group_id
      WHERE g.tenant_id = $1 AND g.user_id = $3 AND ${lasts('g')} ORDER BY g.group_id FOR SHARE OF m, g) held`,
};

export const isActiveInTenant = {
  name: 'workspace_member_is_active_in_tenant',
  text: `SELECT u.status = 'active' AS active FROM tenant_members t JOIN users u ON u.id = t.user_id
    WHERE t.tenant_id = $1 AND t.user_id = $2 AND ${lasts('t')} FOR SHARE OF u`,
};

export const lock = {
  name: 'workspace_member_lock',
  text: `SELECT ${columns}, NOT (${lasts('m')} AND (t.user_id IS NULL OR ${lasts('t')})) AS is_over
    FROM workspace_members m LEFT JOIN tenant_members t ON t.tenant_id = m.tenant_id AND t.user_id = m.user_id
    WHERE m.tenant_id = $1 AND m.workspace_id = $2 AND m.subject_type = $3 AND m.subject_id = $4 FOR UPDATE OF m`,
};

/** One is enough: whoever is found stays active until this transaction ends. A row that changed while it waited is judged anew. */
export const anotherOwnerLasts = {
  name: 'workspace_another_owner_lasts',
  text: `SELECT u.id FROM workspace_members m JOIN users u ON u.id = m.user_id
      JOIN tenant_members t ON t.tenant_id = m.tenant_id AND t.user_id = m.user_id
    WHERE m.tenant_id = $1 AND m.workspace_id = $2 AND m.role = 'owner' AND m.expires_at IS NULL AND t.expires_at IS NULL
      AND u.status = 'active' AND NOT (m.subject_type = $3 AND m.subject_id = $4)
    ORDER BY u.id LIMIT 1 FOR SHARE OF u`,
};

export const lastVersion = {
  name: 'workspace_member_last_version',
  text: `SELECT version FROM removed_memberships
    WHERE tenant_id = $1 AND scope_type = 'workspace' AND scope_id = $2 AND subject_type = $3 AND subject_id = $4`,
};

export const add = {
  name: 'workspace_member_add',
  text: `INSERT INTO workspace_members
      (tenant_id, workspace_id, subject_type, subject_id, group_id, role, expires_at, version, joined_at, updated_at)
    VALUES ($1, $2, $3, $4, CASE WHEN $3 = 'group' THEN $4 END, $5, $6, $7, $8, $9)`,
};

export const update = {
  name: 'workspace_member_update',
  text: `UPDATE workspace_members SET role = $5, expires_at = $6, version = $7, updated_at = $8
    WHERE tenant_id = $1 AND workspace_id = $2 AND subject_type = $3 AND subject_id = $4`,
};

export const lockAllOf = {
  user: {
    name: 'workspace_members_lock_of_user',
    text: `SELECT ${columns} FROM workspace_members m WHERE m.tenant_id = $1 AND m.user_id = $2 ORDER BY m.workspace_id FOR UPDATE`,
  },
  group: {
    name: 'workspace_members_lock_of_group',
    text: `SELECT ${columns} FROM workspace_members m WHERE m.tenant_id = $1 AND m.group_id = $2 ORDER BY m.workspace_id FOR UPDATE`,
  },
};

export const lockAllIn = {
  name: 'workspace_members_lock_in_workspace',
  text: `SELECT ${columns} FROM workspace_members m WHERE m.tenant_id = $1 AND m.workspace_id = $2
    ORDER BY m.subject_type, m.subject_id FOR UPDATE`,
};

// across tenants: memberships end by the clock, whoever they belong to
export const lockAllEnded = {
  name: 'workspace_members_lock_ended',
  text: `SELECT ${columns} FROM workspace_members m WHERE m.expires_at <= now() ORDER BY m.expires_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
};

export const remove = {
  name: 'workspace_members_remove',
  text: `WITH gone (tenant_id, workspace_id, subject_type, subject_id, version) AS (
      SELECT tenant_id, workspace_id, subject_type, subject_id, version
      FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[])
        AS removed (tenant_id, workspace_id, subject_type, subject_id, version)
    ), deleted AS (
      DELETE FROM workspace_members m USING gone
      WHERE m.tenant_id = gone.tenant_id AND m.workspace_id = gone.workspace_id
        AND m.subject_type = gone.subject_type AND m.subject_id = gone.subject_id
    )
    INSERT INTO removed_memberships (tenant_id, scope_type, scope_id, subject_type, subject_id, version, removed_at)
    SELECT tenant_id, 'workspace', workspace_id, subject_type, subject_id, version, now() FROM gone
    ON CONFLICT (tenant_id, scope_type, scope_id, subject_type, subject_id)
    DO UPDATE SET version = EXCLUDED.version, removed_at = EXCLUDED.removed_at`,
};
