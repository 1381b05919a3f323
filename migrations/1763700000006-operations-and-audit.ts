import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Long work that people ask for: a worker does it in steps, and another goes on where one fell. */
const operations = `
  CREATE TABLE operations (
    id text PRIMARY KEY CHECK (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    tenant_id text REFERENCES tenants ON DELETE RESTRICT,
    kind text NOT NULL CHECK (kind ~ '^[a-z]+(_[a-z]+)*$' AND length(kind) <= 64),
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'running', 'succeeded', 'failed', 'cancelled')),
    exclusive text CHECK (length(exclusive) BETWEEN 1 AND 64),
    request jsonb NOT NULL,
    progress jsonb NOT NULL DEFAULT '{"done": 0, "total": null}',
    checkpoint jsonb,
    result jsonb,
    failure jsonb,
    requested_by jsonb NOT NULL,
    request_id text NOT NULL,
    retry_of text,
    cancel_requested boolean NOT NULL DEFAULT false,
    attempts integer NOT NULL DEFAULT 0,
    runner text,
    lease_until timestamptz,
    version integer NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    updated_at timestamptz NOT NULL,
    CONSTRAINT operations_ended_once CHECK ((state IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
  );
  CREATE UNIQUE INDEX operations_one_at_a_time ON operations (exclusive) WHERE state IN ('pending', 'running');
  CREATE INDEX operations_open ON operations (created_at) WHERE state IN ('pending', 'running');
  CREATE INDEX operations_tenant ON operations (tenant_id, id);
  CREATE INDEX operations_retry_of ON operations (retry_of);
  CREATE TRIGGER operations_tenant_is_immutable BEFORE UPDATE OF tenant_id ON operations FOR EACH ROW
    WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id) EXECUTE FUNCTION refuse_tenant_change();`;

const audit = `
  CREATE TABLE audit_entries (
    id text PRIMARY KEY CHECK (id ~ '^[0-9A-HJKMNP-TV-Z]{26}$'),
    tenant_id text,
    workspace_id text,
    actor jsonb NOT NULL,
    action text NOT NULL CHECK (action ~ '^[a-z_]+([.][a-z_]+)+$' AND length(action) <= 128),
    target_type text NOT NULL CHECK (length(target_type) BETWEEN 1 AND 64),
    target_id text NOT NULL CHECK (length(target_id) BETWEEN 1 AND 255),
    before jsonb,
    after jsonb,
    request_id text NOT NULL,
    occurred_at timestamptz NOT NULL,
    CONSTRAINT audit_entries_workspace_in_tenant CHECK (workspace_id IS NULL OR tenant_id IS NOT NULL)
  );
  CREATE INDEX audit_entries_tenant ON audit_entries (tenant_id, id);
  CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    RAISE EXCEPTION 'audit entries are never changed and never removed' USING ERRCODE = 'restrict_violation';
  END $$;
  CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
  CREATE TRIGGER audit_entries_are_not_emptied BEFORE TRUNCATE ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
  CREATE TRIGGER audit_entries_tenant_is_immutable BEFORE UPDATE OF tenant_id ON audit_entries FOR EACH ROW
    WHEN (OLD.tenant_id IS DISTINCT FROM NEW.tenant_id) EXECUTE FUNCTION refuse_tenant_change();`;

const scope = `(SELECT current_setting('tenantry.tenant', true)) = '*' OR tenant_id = (SELECT current_setting('tenantry.tenant', true))`;

/** Operations, and the trail of who did what. */
export class OperationsAndAudit1763700000006 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [operations, audit]) await runner.query(statement);
    for (const table of ['operations', 'audit_entries']) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY ${table}_scope ON ${table} USING (${scope})`);
    }
    await runner.query('GRANT SELECT, INSERT, UPDATE ON operations TO tenantry_runtime');
    await runner.query('GRANT SELECT, INSERT ON audit_entries TO tenantry_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE audit_entries, operations');
    await runner.query('DROP FUNCTION refuse_audit_change()');
  }
}
