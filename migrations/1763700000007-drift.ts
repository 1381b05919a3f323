import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What continuous verification found last: an edge is in here while it is not as the rows say. By hash: ids in the graph may be too long for an index. */
const drift = `
  CREATE TABLE projection_drift (
    relationship text NOT NULL,
    tenant_id text,
    kind text NOT NULL CHECK (kind IN ('missing', 'extra', 'wrong_role', 'wrong_expiry', 'orphan', 'foreign')),
    expected text NOT NULL,
    found text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now()
  );
  CREATE UNIQUE INDEX projection_drift_relationship ON projection_drift (md5(kind || ' ' || relationship));
  CREATE INDEX projection_drift_tenant ON projection_drift (tenant_id);`;

/** Who verifies, and how far the round is. */
const rounds = `
  CREATE TABLE projection_verification (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    holder text,
    lease_until timestamptz,
    tenants_after text NOT NULL DEFAULT '',
    round_started_at timestamptz,
    round_finished_at timestamptz
  );
  INSERT INTO projection_verification DEFAULT VALUES;`;

const scope = `(SELECT current_setting('tenantry.tenant', true)) = '*' OR tenant_id = (SELECT current_setting('tenantry.tenant', true))`;

/** Verification that goes on in the background. */
export class Drift1763700000007 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [drift, rounds]) await runner.query(statement);
    await runner.query('ALTER TABLE projection_drift ENABLE ROW LEVEL SECURITY');
    await runner.query(`CREATE POLICY projection_drift_scope ON projection_drift USING (${scope})`);
    await runner.query('GRANT SELECT, INSERT, DELETE ON projection_drift TO tenantry_runtime');
    await runner.query('GRANT SELECT, UPDATE ON projection_verification TO tenantry_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE projection_verification, projection_drift');
  }
}
