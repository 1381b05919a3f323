import type { MigrationInterface, QueryRunner } from 'typeorm';

/** In whose names a user holds roles in workspaces: their own, and that of each group they are in. */
const subjects = `
  CREATE OR REPLACE FUNCTION workspace_subjects(p_tenant text, p_user text)
  RETURNS TABLE (subject_type text, subject_id text) LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT 'user', p_user
    UNION ALL
    SELECT 'group', g.group_id FROM group_members g
    WHERE g.tenant_id = p_tenant AND g.user_id = p_user AND (g.expires_at IS NULL OR g.expires_at > now());
  END`;

/**
 * What the permission graph answers once it has caught up, worked out from rows: one row, whatever is missing. A role reaches down as far
 * as inheritance is on; nothing counts for who is not inside the tenant now.
 */
const access = `
  CREATE OR REPLACE FUNCTION effective_workspace_access(p_tenant text, p_workspace text, p_user text)
  RETURNS TABLE (role text, see boolean, view boolean, edit boolean, manage boolean, create_child boolean, own boolean)
  LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    WITH RECURSIVE line AS (
      SELECT w.id, w.parent_id, w.inherits FROM workspaces w WHERE w.tenant_id = p_tenant AND w.id = p_workspace
      UNION
      SELECT p.id, p.parent_id, p.inherits FROM line l JOIN workspaces p ON p.tenant_id = p_tenant AND p.id = l.parent_id
      WHERE l.inherits
    ), held AS (
      SELECT min(array_position(ARRAY['owner', 'admin', 'member', 'viewer'], m.role)) AS rank
      FROM line l CROSS JOIN workspace_subjects(p_tenant, p_user) s
      JOIN workspace_members m ON m.tenant_id = p_tenant AND m.workspace_id = l.id
        AND m.subject_type = s.subject_type AND m.subject_id = s.subject_id
      WHERE m.expires_at IS NULL OR m.expires_at > now()
    ), inside AS (
      SELECT coalesce(held.rank, 5) AS rank, w.state = 'active' AS active, m.role = 'admin' AS admin, m.role IN ('admin', 'operator') AS operator
      FROM workspaces w
      JOIN tenants t ON t.id = w.tenant_id AND t.state = 'active'
      JOIN tenant_members m ON m.tenant_id = w.tenant_id AND m.user_id = p_user AND (m.expires_at IS NULL OR m.expires_at > now())
      JOIN users u ON u.id = m.user_id AND u.status = 'active'
      CROSS JOIN held
      WHERE w.tenant_id = p_tenant AND w.id = p_workspace
    )
    SELECT (ARRAY['owner', 'admin', 'member', 'viewer'])[i.rank],
      coalesce(i.rank <= 4 OR i.operator, false),
      coalesce((i.rank <= 4 OR i.operator) AND i.active, false),
      coalesce(i.rank <= 3 AND i.active, false),
      coalesce((i.rank <= 2 OR i.admin) AND i.active, false),
      coalesce((i.rank <= 2 OR i.operator) AND i.active, false),
      coalesce(i.rank = 1 OR i.admin, false)
    FROM (VALUES (1)) AS one (row) LEFT JOIN inside i ON true;
  END`;

/** The highest role somebody holds here, directly, through groups or from above; null for none. Tenant roles are no workspace roles. */
const role = `
  CREATE OR REPLACE FUNCTION effective_workspace_role(p_tenant text, p_workspace text, p_user text)
  RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  BEGIN ATOMIC
    SELECT a.role FROM effective_workspace_access(p_tenant, p_workspace, p_user) a;
  END`;

const functions = [
  'effective_workspace_role(text, text, text)',
  'effective_workspace_access(text, text, text)',
  'workspace_subjects(text, text)',
];

/** The effective role as SQL, and children in the order of their ids, so that a page of them is read without sorting all. */
export class EffectiveRole1763700000005 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [subjects, access, role]) await runner.query(statement);
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS workspaces_children_in_order');
    await runner.query('CREATE INDEX CONCURRENTLY workspaces_children_in_order ON workspaces (tenant_id, parent_id, id)');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS workspaces_children');
  }

  /** In a transaction, as TypeORM takes migrations back. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX IF NOT EXISTS workspaces_children ON workspaces (tenant_id, parent_id)');
    await runner.query('DROP INDEX IF EXISTS workspaces_children_in_order');
    for (const signature of functions) await runner.query(`DROP FUNCTION IF EXISTS ${signature}`);
  }
}
