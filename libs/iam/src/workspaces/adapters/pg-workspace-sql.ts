/** The columns of a workspace, in the order in which they are stored and read. */
const columns = 'id, tenant_id, parent_id, name, slug, inherits, state, version, created_at, updated_at';
const columnsOf = (alias: string) => columns.replace(/\w+/g, (column) => `${alias}.${column}`);

/** Workspace and owner in one statement; without an owner the second insert has nothing to insert. */
export const create = {
  name: 'workspace_create',
  text: `WITH workspace AS (
      INSERT INTO workspaces (${columns}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
    )
    INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, expires_at, joined_at, updated_at)
    SELECT $2, $1, 'user', $10::text, $11, $12, $13::timestamptz, $9, $9 WHERE $10 IS NOT NULL`,
};

/** The root's row stands for the tree. FOR KEY SHARE goes beside its like, and beside whatever else changes the root but its place. */
export const holdTree = {
  name: 'workspace_tree_hold_to_add',
  text: 'SELECT id FROM workspaces WHERE tenant_id = $1 AND parent_id IS NULL FOR KEY SHARE',
};

export const lockTree = {
  name: 'workspace_tree_lock',
  text: 'SELECT id FROM workspaces WHERE tenant_id = $1 AND parent_id IS NULL FOR UPDATE',
};

const one = `SELECT ${columns} FROM workspaces WHERE tenant_id = $1 AND id = $2`;

export const find = { name: 'workspace_find', text: one };
export const hold = { name: 'workspace_hold', text: `${one} FOR SHARE` };
export const lock = { name: 'workspace_lock', text: `${one} FOR UPDATE` };

/** Nothing active is below what is archived, so what is active hangs together. */
export const lockBranch = {
  name: 'workspace_branch_lock',
  text: `WITH RECURSIVE branch (id) AS (
      SELECT id FROM workspaces WHERE tenant_id = $1 AND id = $2
      UNION ALL
      SELECT w.id FROM branch b JOIN workspaces w ON w.tenant_id = $1 AND w.parent_id = b.id WHERE w.state = 'active'
    )
    SELECT ${columnsOf('w')} FROM workspaces w WHERE w.tenant_id = $1 AND w.id IN (SELECT id FROM branch) ORDER BY w.id FOR UPDATE OF w`,
};

/** Ancestors are looked up one by one: as a join, the planner may read every workspace of the tenant for them. */
export const lineage = {
  name: 'workspace_lineage',
  text: `WITH RECURSIVE lineage (id, parent_id, step) AS (
      SELECT id, parent_id, 1 FROM workspaces WHERE tenant_id = $1 AND id = $2
      UNION ALL
      SELECT p.id, p.parent_id, l.step + 1 FROM lineage l CROSS JOIN LATERAL (
        SELECT x.id, x.parent_id FROM workspaces x WHERE x.tenant_id = $1 AND x.id = l.parent_id LIMIT 1) p
    )
    SELECT id FROM lineage ORDER BY step`,
};

export const height = {
  name: 'workspace_height',
  text: `WITH RECURSIVE branch (id, level) AS (
      SELECT id, 1 FROM workspaces WHERE tenant_id = $1 AND id = $2
      UNION ALL
      SELECT w.id, b.level + 1 FROM branch b JOIN workspaces w ON w.tenant_id = $1 AND w.parent_id = b.id
    )
    SELECT coalesce(max(level), 0) AS height FROM branch`,
};

export const hasChildren = {
  name: 'workspace_has_children',
  text: 'SELECT EXISTS (SELECT FROM workspaces WHERE tenant_id = $1 AND parent_id = $2) AS has_children',
};

export const update = {
  name: 'workspace_update',
  text: `UPDATE workspaces w SET parent_id = c.parent_id, name = c.name, slug = c.slug, inherits = c.inherits, state = c.state,
      version = c.version, updated_at = c.updated_at
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::text[], $8::integer[], $9::timestamptz[])
      AS c (id, parent_id, name, slug, inherits, state, version, updated_at)
    WHERE w.tenant_id = $1 AND w.id = c.id`,
};

export const remove = { name: 'workspace_remove', text: 'DELETE FROM workspaces WHERE tenant_id = $1 AND id = $2' };
