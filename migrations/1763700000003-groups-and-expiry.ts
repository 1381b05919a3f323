import type { MigrationInterface, QueryRunner } from 'typeorm';

const groups = `
  CREATE TABLE groups (
    id text PRIMARY KEY CHECK (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    tenant_id text NOT NULL REFERENCES tenants ON DELETE RESTRICT,
    name text NOT NULL CHECK (name = btrim(name) AND length(name) BETWEEN 1 AND 255),
    description text CHECK (length(description) BETWEEN 1 AND 1024),
    version integer NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT groups_in_tenant UNIQUE (tenant_id, id)
  );
  CREATE UNIQUE INDEX groups_name_unique ON groups (tenant_id, lower(name));
  CREATE TABLE group_members (
    tenant_id text NOT NULL,
    group_id text NOT NULL,
    user_id text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'member')),
    expires_at timestamptz,
    version integer NOT NULL CHECK (version > 0),
    joined_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, user_id),
    CONSTRAINT group_members_group FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id) ON DELETE RESTRICT,
    CONSTRAINT group_members_user_in_tenant FOREIGN KEY (tenant_id, user_id) REFERENCES tenant_members (tenant_id, user_id) ON DELETE RESTRICT
  );
  CREATE INDEX group_members_group_key ON group_members (tenant_id, group_id);
  CREATE INDEX group_members_user ON group_members (tenant_id, user_id);
  CREATE INDEX group_members_expiring ON group_members (expires_at) WHERE expires_at IS NOT NULL;
  CREATE TRIGGER groups_tenant_is_immutable BEFORE UPDATE OF tenant_id ON groups FOR EACH ROW
    WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id) EXECUTE FUNCTION refuse_tenant_change();
  CREATE TRIGGER group_members_tenant_is_immutable BEFORE UPDATE OF tenant_id ON group_members FOR EACH ROW
    WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id) EXECUTE FUNCTION refuse_tenant_change();`;

/** A column that says again what `subject_id` says, because a foreign key needs one of its own; the check keeps them equal. */
const wider = [
  'ALTER TABLE tenant_members ADD COLUMN expires_at timestamptz',
  'ALTER TABLE workspace_members ADD COLUMN expires_at timestamptz',
  'ALTER TABLE workspace_members ADD COLUMN group_id text',
  'ALTER TABLE workspace_members DROP CONSTRAINT workspace_members_subject_type_check',
  `ALTER TABLE workspace_members ADD CONSTRAINT workspace_members_subject_type_check CHECK (subject_type IN ('user', 'group')) NOT VALID`,
  `ALTER TABLE workspace_members ADD CONSTRAINT workspace_members_group_is_subject
    CHECK (group_id IS NOT DISTINCT FROM CASE WHEN subject_type = 'group' THEN subject_id END) NOT VALID`,
  `ALTER TABLE workspace_members ADD CONSTRAINT workspace_members_only_people_expire CHECK (expires_at IS NULL OR subject_type = 'user') NOT VALID`,
  `ALTER TABLE workspace_members ADD CONSTRAINT workspace_members_group_in_tenant
    FOREIGN KEY (tenant_id, group_id) REFERENCES groups (tenant_id, id) ON DELETE RESTRICT NOT VALID`,
  'ALTER TABLE removed_memberships DROP CONSTRAINT removed_memberships_scope_type_check',
  `ALTER TABLE removed_memberships ADD CONSTRAINT removed_memberships_scope_type_check
    CHECK (scope_type IN ('tenant', 'workspace', 'group')) NOT VALID`,
  'ALTER TABLE removed_memberships DROP CONSTRAINT removed_memberships_subject_type_check',
  `ALTER TABLE removed_memberships ADD CONSTRAINT removed_memberships_subject_type_check CHECK (subject_type IN ('user', 'group')) NOT VALID`,
];

const scope = `(SELECT current_setting('tenantry.tenant', true)) IN (tenant_id, '*')`;

/** Groups of users, and memberships that end by themselves. */
export class GroupsAndExpiry1763700000003 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(groups);
    for (const statement of wider) await runner.query(statement);
    for (const table of ['groups', 'group_members']) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY ${table}_scope ON ${table} USING (${scope})`);
      await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO tenantry_runtime`);
    }
  }

  /**
   * What the narrower tables cannot hold goes: roles of groups, and every membership with an end, over or not, which without
   * its end would last for ever. No event tells the graph: rebuild it afterwards.
   */
  async down(runner: QueryRunner): Promise<void> {
    for (const statement of [
      'DROP TABLE group_members',
      `DELETE FROM workspace_members WHERE subject_type = 'group' OR expires_at IS NOT NULL
        OR (tenant_id, user_id) IN (SELECT tenant_id, user_id FROM tenant_members WHERE expires_at IS NOT NULL)`,
      'DELETE FROM tenant_members WHERE expires_at IS NOT NULL',
      `DELETE FROM removed_memberships WHERE scope_type = 'group' OR subject_type = 'group'`,
      `ALTER TABLE workspace_members DROP CONSTRAINT workspace_members_group_in_tenant, DROP CONSTRAINT workspace_members_group_is_subject,
        DROP CONSTRAINT workspace_members_only_people_expire, DROP CONSTRAINT workspace_members_subject_type_check,
        DROP COLUMN group_id, DROP COLUMN expires_at`,
      `ALTER TABLE workspace_members ADD CONSTRAINT workspace_members_subject_type_check CHECK (subject_type IN ('user'))`,
      'ALTER TABLE tenant_members DROP COLUMN expires_at',
      `ALTER TABLE removed_memberships DROP CONSTRAINT removed_memberships_scope_type_check, DROP CONSTRAINT removed_memberships_subject_type_check`,
      `ALTER TABLE removed_memberships ADD CONSTRAINT removed_memberships_scope_type_check CHECK (scope_type IN ('tenant', 'workspace'))`,
      `ALTER TABLE removed_memberships ADD CONSTRAINT removed_memberships_subject_type_check CHECK (subject_type IN ('user'))`,
      'DROP TABLE groups',
    ])
      await runner.query(statement);
  }
}
