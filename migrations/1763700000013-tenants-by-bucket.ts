import type { MigrationInterface, QueryRunner } from 'typeorm';

const atOnce = 5_000;

const kept = `
  CREATE OR REPLACE FUNCTION keep_tenant_bucket() RETURNS trigger LANGUAGE plpgsql SET search_path = tenantry, pg_temp AS $$
  BEGIN
    NEW.bucket := tenant_bucket(NEW.id);
    RETURN NEW;
  END $$`;

/**
 * A rebuild walks over the tenants of some buckets. Row-level security lets only functions that are known to tell nothing into the search of
 * an index, and a function of ours never is: by `tenant_bucket(id)` each stretch passed over the index from its beginning and worked out the
 * bucket of every tenant on its way. A column of small integers can be searched for. An id never changes, and so its bucket.
 */
export class TenantsByBucket1763700000013 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    // Behind a long reader these would wait, and everybody behind them: better to fail, and to be run again.
    await runner.query(`SET lock_timeout = '5s'`);
    await runner.query('ALTER TABLE tenants ADD COLUMN IF NOT EXISTS bucket smallint');
    await runner.query(kept);
    await runner.query('DROP TRIGGER IF EXISTS tenants_keep_bucket ON tenants');
    await runner.query('CREATE TRIGGER tenants_keep_bucket BEFORE INSERT ON tenants FOR EACH ROW EXECUTE FUNCTION keep_tenant_bucket()');
    await runner.query('RESET lock_timeout');
    await this.fill(runner);
    await runner.query('ALTER TABLE tenants DROP CONSTRAINT IF EXISTS tenants_have_bucket');
    await runner.query('ALTER TABLE tenants ADD CONSTRAINT tenants_have_bucket CHECK (bucket IS NOT NULL) NOT VALID');
    await runner.query('ALTER TABLE tenants VALIDATE CONSTRAINT tenants_have_bucket');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS tenants_in_buckets');
    await runner.query('CREATE INDEX CONCURRENTLY tenants_in_buckets ON tenants (bucket, id)');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS tenants_by_bucket');
  }

  /** In chunks: nobody waits for more than one of them. */
  private async fill(runner: QueryRunner): Promise<void> {
    for (let after = ''; ;) {
      const [chunk] = (await runner.query(
        `WITH chunk AS (SELECT id FROM tenants WHERE id > $1 ORDER BY id LIMIT ${atOnce}),
          filled AS (UPDATE tenants t SET bucket = tenant_bucket(t.id) FROM chunk WHERE t.id = chunk.id AND t.bucket IS NULL RETURNING t.id)
        SELECT (SELECT max(id) FROM chunk) AS last, (SELECT count(*) FROM filled) AS filled`,
        [after],
      )) as { last: string | null }[];
      const last = chunk?.last ?? null;
      if (last === null) return;
      after = last;
    }
  }

  /** In a transaction, as TypeORM takes migrations back. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TRIGGER IF EXISTS tenants_keep_bucket ON tenants');
    await runner.query('DROP FUNCTION IF EXISTS keep_tenant_bucket()');
    await runner.query('ALTER TABLE tenants DROP COLUMN bucket');
    await runner.query('CREATE INDEX IF NOT EXISTS tenants_by_bucket ON tenants (tenant_bucket(id), id)');
  }
}
