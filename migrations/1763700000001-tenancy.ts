import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Tables whose rows belong to one tenant, and the column that says which. Row-level security is the second wall. */
const tenantTables = [
  ['tenants', 'id'],
  ['tenant_members', 'tenant_id'],
  ['workspaces', 'tenant_id'],
  ['workspace_members', 'tenant_id'],
  ['removed_memberships', 'tenant_id'],
] as const;

const users = `
  CREATE TABLE users (
    id text PRIMARY KEY CHECK (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    email text CHECK (email = lower(email COLLATE "C") AND length(email) <= 320),
    email_verified boolean NOT NULL,
    display_name text CHECK (length(display_name) BETWEEN 1 AND 255),
    status text NOT NULL CHECK (status IN ('active', 'suspended', 'deactivated')),
    version integer NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT users_verified_email CHECK (email IS NOT NULL OR NOT email_verified)
  );
  CREATE INDEX users_email ON users (email) WHERE email IS NOT NULL;
  CREATE TABLE identities (
    issuer text NOT NULL CHECK (length(issuer) <= 2048),
    subject text NOT NULL CHECK (length(subject) BETWEEN 1 AND 255),
    user_id text NOT NULL REFERENCES users ON DELETE RESTRICT,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
  );
  CREATE INDEX identities_user ON identities (user_id);
  CREATE TABLE platform (
    id text PRIMARY KEY CHECK (id = 'main')
  );
  INSERT INTO platform (id) VALUES ('main');
  CREATE TABLE platform_admins (
    user_id text PRIMARY KEY REFERENCES users ON DELETE RESTRICT,
    version integer NOT NULL CHECK (version > 0),
    granted_at timestamptz NOT NULL
  );
  CREATE TABLE removed_platform_admins (
    user_id text PRIMARY KEY REFERENCES users ON DELETE RESTRICT,
    version integer NOT NULL CHECK (version > 0),
    removed_at timestamptz NOT NULL
  );`;

const tenants = `
  CREATE TABLE tenants (
    id text PRIMARY KEY CHECK (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    name text NOT NULL CHECK (name = btrim(name) AND length(name) BETWEEN 1 AND 255),
    slug text NOT NULL CONSTRAINT tenants_slug_form CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$'),
    external_id text CHECK (length(external_id) BETWEEN 1 AND 255),
    metadata jsonb NOT NULL CHECK (jsonb_typeof(metadata) = 'object'),
    state text NOT NULL CHECK (state IN ('active', 'suspended', 'deleting')),
    is_default boolean NOT NULL DEFAULT false,
    version integer NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT tenants_slug_unique UNIQUE (slug),
    CONSTRAINT tenants_external_id_unique UNIQUE (external_id),
    CONSTRAINT tenants_metadata_size CHECK (octet_length(metadata::text) <= 16384)
  );
  CREATE UNIQUE INDEX tenants_one_default ON tenants (is_default) WHERE is_default;
  CREATE TABLE tenant_members (
    tenant_id text NOT NULL REFERENCES tenants ON DELETE RESTRICT,
    user_id text NOT NULL CONSTRAINT tenant_members_user_exists REFERENCES users ON DELETE RESTRICT,
    role text NOT NULL CHECK (role IN ('admin', 'operator', 'member')),
    version integer NOT NULL CHECK (version > 0),
    joined_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
  );
  CREATE INDEX tenant_members_user ON tenant_members (user_id, tenant_id);
  CREATE INDEX tenant_members_admins ON tenant_members (tenant_id, user_id) WHERE role = 'admin';`;

const workspaces = `
  CREATE TABLE workspaces (
    id text PRIMARY KEY CHECK (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    tenant_id text NOT NULL REFERENCES tenants ON DELETE RESTRICT,
    parent_id text,
    name text NOT NULL CHECK (name = btrim(name) AND length(name) BETWEEN 1 AND 255),
    slug text NOT NULL CHECK (slug ~ '^[a-z0-9][a-z0-9-]{1,62}[a-z0-9]$'),
    inherits boolean NOT NULL DEFAULT true,
    state text NOT NULL CHECK (state IN ('active', 'archived')),
    version integer NOT NULL CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT workspaces_in_tenant UNIQUE (tenant_id, id),
    CONSTRAINT workspaces_slug_unique UNIQUE (tenant_id, slug),
    CONSTRAINT workspaces_parent_in_tenant FOREIGN KEY (tenant_id, parent_id) REFERENCES workspaces (tenant_id, id) ON DELETE RESTRICT,
    CONSTRAINT workspaces_root_is_active CHECK (parent_id IS NOT NULL OR state = 'active')
  );
  CREATE UNIQUE INDEX workspaces_one_root ON workspaces (tenant_id) WHERE parent_id IS NULL;
  CREATE UNIQUE INDEX workspaces_sibling_names ON workspaces (parent_id, lower(name)) WHERE parent_id IS NOT NULL;
  CREATE INDEX workspaces_children ON workspaces (tenant_id, parent_id);
  CREATE TABLE workspace_members (
    tenant_id text NOT NULL,
    workspace_id text NOT NULL,
    subject_type text NOT NULL CHECK (subject_type IN ('user')),
    subject_id text NOT NULL,
    user_id text GENERATED ALWAYS AS (CASE WHEN subject_type = 'user' THEN subject_id END) STORED,
    role text NOT NULL CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    version integer NOT NULL CHECK (version > 0),
    joined_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, subject_type, subject_id),
    CONSTRAINT workspace_members_workspace FOREIGN KEY (tenant_id, workspace_id) REFERENCES workspaces (tenant_id, id) ON DELETE RESTRICT,
    CONSTRAINT workspace_members_user_in_tenant FOREIGN KEY (tenant_id, user_id) REFERENCES tenant_members (tenant_id, user_id) ON DELETE RESTRICT
  );
  CREATE INDEX workspace_members_workspace_key ON workspace_members (tenant_id, workspace_id);
  CREATE INDEX workspace_members_user ON workspace_members (tenant_id, user_id);
  CREATE TABLE removed_memberships (
    tenant_id text NOT NULL,
    scope_type text NOT NULL CHECK (scope_type IN ('tenant', 'workspace')),
    scope_id text NOT NULL,
    subject_type text NOT NULL CHECK (subject_type IN ('user')),
    subject_id text NOT NULL,
    version integer NOT NULL CHECK (version > 0),
    removed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, scope_type, scope_id, subject_type, subject_id)
  );`;

const guards = `
  CREATE FUNCTION refuse_tenant_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'tenant_id of % is immutable', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
  END $$;
  ${tenantTables
    .filter(([, column]) => column === 'tenant_id')
    .map(
      ([table]) => `CREATE TRIGGER ${table}_tenant_is_immutable BEFORE UPDATE OF tenant_id ON ${table} FOR EACH ROW
    WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id) EXECUTE FUNCTION refuse_tenant_change();`,
    )
    .join('\n  ')}`;

/** `tenantry.tenant` holds the tenant of the current statement, or `*` for work on the platform; unset sees nothing. */
const inScope = (column: string) => `(SELECT current_setting('tenantry.tenant', true)) IN (${column}, '*')`;

/** A user is visible to the tenants they belong to. */
const visibleUser = `(SELECT current_setting('tenantry.tenant', true)) = '*' OR EXISTS (
  SELECT FROM tenant_members m WHERE m.user_id = users.id AND m.tenant_id = (SELECT current_setting('tenantry.tenant', true)))`;

const platformTables = ['identities', 'platform', 'platform_admins', 'removed_platform_admins'] as const;

const rowLevelSecurity = [
  ...tenantTables.map(([table, column]) => [table, inScope(column)] as const),
  ['users', visibleUser] as const,
  ...platformTables.map((table) => [table, `(SELECT current_setting('tenantry.tenant', true)) = '*'`] as const),
];

export class Tenancy1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tenantry_runtime') THEN CREATE ROLE tenantry_runtime NOLOGIN; END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$`);
    await runner.query('GRANT tenantry_runtime TO CURRENT_USER');
    await runner.query('GRANT USAGE ON SCHEMA tenantry TO tenantry_runtime');
    for (const statement of [users, tenants, workspaces, guards]) await runner.query(statement);
    for (const [table, visible] of rowLevelSecurity) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY ${table}_scope ON ${table} USING (${visible})`);
      await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON ${table} TO tenantry_runtime`);
    }
    await runner.query('REVOKE INSERT, DELETE ON platform FROM tenantry_runtime'); // its one row is there to be locked
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE removed_memberships, workspace_members, workspaces, tenant_members, tenants,
      removed_platform_admins, platform_admins, platform, identities, users CASCADE`);
    await runner.query('DROP FUNCTION refuse_tenant_change()');
    await runner.query('REVOKE USAGE ON SCHEMA tenantry FROM tenantry_runtime');
  }
}
