import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The bucket of a tenant, as every event of theirs carries it: FNV-1a modulo 256, of which the low eight bits are all that is needed.
 * Stored in an index: what it says of an id may never change.
 */
const bucket = `
  CREATE OR REPLACE FUNCTION tenant_bucket(id text) RETURNS smallint LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
  DECLARE
    hash integer := 197;
  BEGIN
    FOR nth IN 1..length(id) LOOP
      hash := ((hash # ascii(substr(id, nth, 1))) * 147) & 255;
    END LOOP;
    RETURN hash;
  END $$`;

/** A rebuild of a graph that is in use keeps its epoch: it is told apart by a name of its own. */
const columns = `
  ALTER TABLE projection_shards
    ADD COLUMN IF NOT EXISTS live_rebuild text,
    ADD COLUMN IF NOT EXISTS live_rebuilt text,
    ADD COLUMN IF NOT EXISTS rebuild_done bigint NOT NULL DEFAULT 0`;

/** What a rebuild could not write because the engine refuses what it says. */
const refusals = `
  CREATE TABLE IF NOT EXISTS projection_refusals (
    shard smallint NOT NULL REFERENCES projection_shards,
    edge text NOT NULL,
    error text NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, edge)
  )`;

/** Rebuilds that find the rows of a shard without reading those of the others, and that go on beside traffic. */
export class RebuildBesideTraffic1763700000008 implements MigrationInterface {
  readonly transaction = false;

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [bucket, columns, refusals]) await runner.query(statement);
    await runner.query('GRANT SELECT, INSERT, UPDATE, DELETE ON projection_refusals TO tenantry_runtime');
    await runner.query('DROP INDEX CONCURRENTLY IF EXISTS tenants_by_bucket');
    await runner.query('CREATE INDEX CONCURRENTLY tenants_by_bucket ON tenants (tenant_bucket(id), id)');
  }

  /** In a transaction, as TypeORM takes migrations back. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX IF EXISTS tenants_by_bucket');
    await runner.query('DROP FUNCTION IF EXISTS tenant_bucket(text)');
    await runner.query('DROP TABLE IF EXISTS projection_refusals');
    await runner.query('ALTER TABLE projection_shards DROP COLUMN live_rebuild, DROP COLUMN live_rebuilt, DROP COLUMN rebuild_done');
  }
}
