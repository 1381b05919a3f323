import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A sequence of its own, not an identity column: partitioned tables have those only from PostgreSQL 17 on. */
const log = `
  CREATE SEQUENCE outbox_position CACHE 1;
  CREATE TABLE outbox_events (
    position bigint NOT NULL DEFAULT nextval('outbox_position'),
    id text NOT NULL,
    bucket smallint NOT NULL CHECK (bucket BETWEEN 0 AND 256),
    tenant_id text,
    aggregate_type text NOT NULL,
    aggregate_id text NOT NULL,
    aggregate_version integer NOT NULL,
    type text NOT NULL,
    schema_version smallint NOT NULL,
    revoking boolean NOT NULL,
    payload jsonb NOT NULL,
    metadata jsonb NOT NULL,
    occurred_at timestamptz NOT NULL,
    committed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (position, committed_at)
  ) PARTITION BY RANGE (committed_at);
  CREATE INDEX outbox_events_aggregate ON outbox_events (aggregate_type, aggregate_id, aggregate_version);
  CREATE INDEX outbox_events_tenant ON outbox_events (tenant_id, position);
  CREATE TABLE outbox_events_default PARTITION OF outbox_events DEFAULT;`;

const workList = `
  CREATE TABLE outbox_pending (
    position bigint PRIMARY KEY,
    committed_at timestamptz NOT NULL,
    bucket smallint NOT NULL,
    tenant_id text,
    revoking boolean NOT NULL,
    projection_version smallint NOT NULL,
    state text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'dead')),
    attempts integer NOT NULL DEFAULT 0,
    last_error text
  ) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
  CREATE INDEX outbox_pending_by_bucket ON outbox_pending (bucket, position) WHERE state = 'pending' AND NOT revoking;
  CREATE INDEX outbox_pending_revoking ON outbox_pending (bucket, position) WHERE state = 'pending' AND revoking;
  CREATE INDEX outbox_pending_gate ON outbox_pending (tenant_id, position) WHERE state = 'pending' AND revoking;
  CREATE INDEX outbox_pending_dead ON outbox_pending (bucket, position) WHERE state = 'dead';`;

const projection = `
  CREATE TABLE projection_state (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    epoch text NOT NULL,
    status text NOT NULL CHECK (status IN ('rebuilding', 'ready')),
    reason text NOT NULL,
    since timestamptz NOT NULL
  );
  CREATE TABLE projection_shards (
    shard smallint PRIMARY KEY,
    holder text,
    lease_until timestamptz,
    projection_version smallint NOT NULL DEFAULT 0,
    epoch text,
    seq bigint NOT NULL DEFAULT 0,
    marker text,
    paused text NOT NULL DEFAULT 'no' CHECK (paused IN ('no', 'grants', 'all')),
    pause_reason text,
    rebuild_phase smallint NOT NULL DEFAULT 0,
    rebuild_cursor text,
    rebuilt_epoch text
  ) WITH (fillfactor = 50);
  CREATE TABLE projection_buckets (
    bucket smallint PRIMARY KEY CHECK (bucket BETWEEN 0 AND 256),
    shard smallint REFERENCES projection_shards
  );
  CREATE INDEX projection_buckets_shard ON projection_buckets (shard);
  CREATE TABLE outbox_batches (
    shard smallint NOT NULL,
    epoch text NOT NULL,
    seq bigint NOT NULL,
    marker text NOT NULL,
    zed_token text NOT NULL,
    events integer NOT NULL,
    updates integer NOT NULL,
    revoked_tenants text[] NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (shard, epoch, seq)
  );
  CREATE INDEX outbox_batches_recent ON outbox_batches (applied_at);
  CREATE TABLE graph_schemas (
    digest text PRIMARY KEY,
    definition text NOT NULL,
    names jsonb NOT NULL,
    applied_at timestamptz NOT NULL
  );
  CREATE TABLE idempotency_keys (
    principal text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    fingerprint text NOT NULL,
    result jsonb,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
  );
  CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);
  INSERT INTO projection_shards (shard) SELECT generate_series(0, 4);
  INSERT INTO projection_buckets (bucket, shard) SELECT b, CASE WHEN b = 256 THEN 4 ELSE b % 4 END FROM generate_series(0, 256) AS b;`;

/** Partitions are made and dropped by the owner's rights, so that the runtime role needs no DDL. */
const partitions = `
  CREATE FUNCTION ensure_outbox_partitions(days_ahead integer) RETURNS integer
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenantry, pg_temp AS $$
  DECLARE
    day date;
    made integer := 0;
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('tenantry.outbox_partitions'));
    FOR day IN SELECT generate_series((now() AT TIME ZONE 'UTC')::date + 1, (now() AT TIME ZONE 'UTC')::date + days_ahead, interval '1 day')::date LOOP
      CONTINUE WHEN to_regclass(format('outbox_events_%s', to_char(day, 'YYYYMMDD'))) IS NOT NULL;
      EXECUTE format('CREATE TABLE outbox_events_%s PARTITION OF outbox_events FOR VALUES FROM (%L) TO (%L)',
        to_char(day, 'YYYYMMDD'), day::timestamp AT TIME ZONE 'UTC', (day + 1)::timestamp AT TIME ZONE 'UTC');
      made := made + 1;
    END LOOP;
    RETURN made;
  END $$;
  SELECT ensure_outbox_partitions(7);`;

const scope = `(SELECT current_setting('tenantry.tenant', true)) = '*' OR tenant_id = (SELECT current_setting('tenantry.tenant', true))`;

export class Outbox1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [log, workList, projection, partitions]) await runner.query(statement);
    for (const table of ['outbox_events', 'outbox_pending']) {
      await runner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await runner.query(`CREATE POLICY ${table}_scope ON ${table} USING (${scope})`);
    }
    await runner.query('GRANT SELECT, INSERT ON outbox_events, outbox_batches, graph_schemas TO tenantry_runtime');
    await runner.query('GRANT DELETE ON outbox_batches TO tenantry_runtime');
    await runner.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON outbox_pending, projection_state, projection_shards,
      projection_buckets, idempotency_keys TO tenantry_runtime`);
    await runner.query('GRANT EXECUTE ON FUNCTION ensure_outbox_partitions(integer) TO tenantry_runtime');
    await runner.query('GRANT USAGE, SELECT ON SEQUENCE outbox_position TO tenantry_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION ensure_outbox_partitions(integer)');
    await runner.query(`DROP TABLE idempotency_keys, graph_schemas, outbox_batches, projection_buckets, projection_shards,
      projection_state, outbox_pending, outbox_events CASCADE`);
    await runner.query('DROP SEQUENCE outbox_position');
  }
}
