const columns = 'group_id, user_id, role, expires_at, version, joined_at, updated_at';

/** Not that of the beginning of the transaction: it may have waited for a lock since. */
export const moment = { name: 'group_moment', text: 'SELECT clock_timestamp() AS at' };

/** The user's status is held by whoever entered the tenant before. */
export const standing = {
  name: 'group_standing',
  text: `SELECT t.role AS tenant_role, t.expires_at AS tenant_expires_at, m.role AS group_role, m.expires_at AS group_expires_at
    FROM tenant_members t LEFT JOIN group_members m ON m.tenant_id = t.tenant_id AND m.group_id = $2 AND m.user_id = t.user_id
    WHERE t.tenant_id = $1 AND t.user_id = $3`,
};

/** In a statement of its own: the nullable side of a join cannot be held. */
export const holdPeople = {
  name: 'group_hold_people',
  text: `SELECT t.user_id, u.status = 'active' AS active, t.expires_at FROM tenant_members t JOIN users u ON u.id = t.user_id
    WHERE t.tenant_id = $1 AND t.user_id = ANY ($2::text[]) ORDER BY u.id FOR SHARE OF u`,
};

export const lockSome = {
  name: 'group_members_lock_some',
  text: `SELECT ${columns} FROM group_members WHERE tenant_id = $1 AND group_id = $2 AND user_id = ANY ($3::text[])
    ORDER BY user_id FOR UPDATE`,
};

export const lockAll = {
  name: 'group_members_lock_all',
  text: `SELECT ${columns} FROM group_members WHERE tenant_id = $1 AND group_id = $2 ORDER BY user_id FOR UPDATE`,
};

export const lockAllOf = {
  name: 'group_members_lock_of_user',
  text: `SELECT ${columns} FROM group_members WHERE tenant_id = $1 AND user_id = $2 ORDER BY group_id FOR UPDATE`,
};

// across tenants: memberships end by the clock, whoever they belong to
export const lockAllEnded = {
  name: 'group_members_lock_ended',
  text: `SELECT tenant_id, ${columns} FROM group_members WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED`,
};

export const lastVersions = {
  name: 'group_members_last_versions',
  text: `SELECT subject_id AS user_id, version FROM removed_memberships
    WHERE tenant_id = $1 AND scope_type = 'group' AND scope_id = $2 AND subject_type = 'user' AND subject_id = ANY ($3::text[])`,
};

/** A user who was suspended while this waited for them is passed over, and the next one is looked at. */
export const lastingAdmins = {
  name: 'group_lasting_admins',
  text: `SELECT m.user_id FROM group_members m JOIN users u ON u.id = m.user_id
      JOIN tenant_members t ON t.tenant_id = m.tenant_id AND t.user_id = m.user_id
    WHERE m.tenant_id = $1 AND m.group_id = $2 AND m.role = 'admin' AND m.expires_at IS NULL AND t.expires_at IS NULL
      AND u.status = 'active'
    ORDER BY u.id LIMIT $3 FOR SHARE OF u`,
};

export const add = {
  name: 'group_member_add',
  text: `INSERT INTO group_members (tenant_id, group_id, user_id, role, expires_at, version, joined_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
};

export const update = {
  name: 'group_member_update',
  text: `UPDATE group_members SET role = $4, expires_at = $5, version = $6, updated_at = $7
    WHERE tenant_id = $1 AND group_id = $2 AND user_id = $3`,
};

export const remove = {
  name: 'group_members_remove',
  text: `WITH gone (tenant_id, group_id, user_id, version, removed_at) AS (
      SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::integer[], $5::timestamptz[])
    ), deleted AS (
      DELETE FROM group_members m USING gone
      WHERE m.tenant_id = gone.tenant_id AND m.group_id = gone.group_id AND m.user_id = gone.user_id
    )
    INSERT INTO removed_memberships (tenant_id, scope_type, scope_id, subject_type, subject_id, version, removed_at)
    SELECT tenant_id, 'group', group_id, 'user', user_id, version, removed_at FROM gone
    ON CONFLICT (tenant_id, scope_type, scope_id, subject_type, subject_id)
    DO UPDATE SET version = EXCLUDED.version, removed_at = EXCLUDED.removed_at`,
};
