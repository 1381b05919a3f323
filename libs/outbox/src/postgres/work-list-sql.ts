/**
 * The statements of the work list. Each bucket is probed on its own index range: cost follows what is found, not what is
 * stored. The range `BETWEEN b AND b` in the order of (bucket, position) is what holds the planner to that index: asked for
 * `bucket = b` in the order of position it walks the primary key past everybody else's backlog (100,000 rows: 1.3 s against
 * 0.12 ms).
 */

/**
 * Whoever is at an operation calls its rebuild off; when it is cancelled while nobody is, nobody does. Of what no operation asked for, nobody
 * cancelled anything.
 */
export const isCancelled = "EXISTS (SELECT FROM operations o WHERE o.id = s.live_rebuild AND o.state = 'cancelled')";

export const shard = {
  name: 'shard_of_holder',
  text: `SELECT s.epoch, s.paused, s.rebuild_phase, s.rebuild_cursor, s.rebuilt_epoch IS NOT DISTINCT FROM s.epoch AS rebuilt,
      CASE WHEN s.live_rebuild IS DISTINCT FROM s.live_rebuilt AND NOT ${isCancelled} THEN s.live_rebuild END AS live_rebuild,
      extract(epoch FROM clock_timestamp())::float8 * 1000 AS now,
      ARRAY(SELECT b.bucket FROM projection_buckets b WHERE b.shard = s.shard ORDER BY b.bucket) AS buckets
    FROM projection_shards s JOIN projection_state state ON state.epoch = s.epoch
    WHERE s.shard = $1 AND s.holder = $2`,
};

const pending = (kind: string) => `state = 'pending' AND ${kind} AND projection_version <= $4`;

/**
 * Said of both columns together, as only the index of both can answer it. Said of each, it would let the planner take the
 * primary key while the table is empty, and keep that plan: with a backlog of 50,000, each read then took a second.
 */
const inBucket = (bucket: string, above: string) => `(bucket, position) > (${bucket}, ${above}) AND bucket <= ${bucket}`;

/** Those of a shard that was stopped altogether are not even looked at, however often it is asked whether it may go on. */
const bucketsAtWork = "projection_buckets b JOIN projection_shards s ON s.shard = b.shard AND s.paused <> 'all'";

/**
 * The oldest, $3 at most: first $5 of each bucket, and where these are not enough, more of the buckets that have more. Taking
 * $3 of every bucket and keeping $3 of them all would read 64,000 rows to apply 1,000 events of a long backlog.
 */
const oldest = (kind: 'revoking' | 'NOT revoking') => `
    WITH near AS MATERIALIZED (
      SELECT b.bucket, p.position, p.committed_at, p.tenant_id, p.revoking, p.replayed_by
      FROM ${bucketsAtWork} CROSS JOIN LATERAL (
        SELECT position, committed_at, tenant_id, revoking, replayed_by FROM outbox_pending
        WHERE ${inBucket('b.bucket', '$2')} AND ${pending(kind)} ORDER BY bucket, position LIMIT $5) p
      WHERE b.shard = $1),
    fuller AS (
      SELECT bucket, max(position) AS position FROM near WHERE (SELECT count(*) FROM near) < $3 GROUP BY bucket HAVING count(*) >= $5)
    SELECT position, committed_at::text, tenant_id, revoking, replayed_by FROM (
      SELECT position, committed_at, tenant_id, revoking, replayed_by FROM near
      UNION ALL
      SELECT p.position, p.committed_at, p.tenant_id, p.revoking, p.replayed_by FROM fuller f CROSS JOIN LATERAL (
        SELECT position, committed_at, tenant_id, revoking, replayed_by FROM outbox_pending
        WHERE ${inBucket('f.bucket', 'f.position')} AND ${pending(kind)} ORDER BY bucket, position LIMIT $3) p) AS found
    ORDER BY position LIMIT $3`;

export const revoking = { name: 'pending_revoking', text: oldest('revoking') };
export const grants = { name: 'pending_grants', text: oldest('NOT revoking') };

export const newestGrants = {
  name: 'pending_newest_grants',
  text: `SELECT p.position, p.committed_at::text, p.tenant_id, p.revoking, p.replayed_by
    FROM ${bucketsAtWork} CROSS JOIN LATERAL (
      SELECT position, committed_at, tenant_id, revoking, replayed_by FROM outbox_pending
      WHERE ${inBucket('b.bucket', '$2')} AND ${pending('NOT revoking')} ORDER BY bucket DESC, position DESC LIMIT $3) p
    WHERE b.shard = $1`,
};

/** Positions are unique; the times only lead to the partitions that hold them, once per statement and not once per row. */
export const events = {
  name: 'logged_events',
  text: `SELECT position, bucket, tenant_id, aggregate_type, aggregate_id, type, schema_version, payload,
      metadata->>'traceparent' AS traceparent
    FROM outbox_events WHERE position = ANY ($1::bigint[]) AND committed_at BETWEEN $2::timestamptz AND $3::timestamptz`,
};

/** Whether a tenant's removals are all in the call is asked without a low-water mark and without regard to versions. */
export const gatedTenants = {
  name: 'gated_tenants',
  text: `SELECT t.tenant_id FROM unnest($1::text[]) AS t (tenant_id)
    WHERE EXISTS (SELECT FROM outbox_pending p WHERE p.tenant_id = t.tenant_id AND p.state = 'pending' AND p.revoking
      AND p.position <> ALL ($3::bigint[]))
    UNION ALL
    SELECT NULL WHERE $2 AND EXISTS (SELECT FROM outbox_pending p WHERE p.tenant_id IS NULL AND p.state = 'pending' AND p.revoking
      AND p.position <> ALL ($3::bigint[]))`,
};

/** A step of a rebuild that was called off or replaced meanwhile says nothing about the one that is under way. */
const stepCounts = '$12::smallint IS NOT NULL AND live_rebuild IS NOT DISTINCT FROM $15::text';

/**
 * One statement: it happens whole, and only while the shard is still this holder's at the sequence it wrote from. Nobody waits
 * for the disk to have it: what a crash of the server takes back is on the work list again, and is applied again.
 */
export const record = {
  name: 'record_batch',
  text: `WITH held AS (
      UPDATE projection_shards SET seq = coalesce($5::bigint, seq), marker = coalesce($6, marker),
        rebuild_phase = CASE WHEN ${stepCounts} THEN $12::smallint ELSE rebuild_phase END,
        rebuild_cursor = CASE WHEN ${stepCounts} THEN $13::text ELSE rebuild_cursor END,
        rebuild_done = CASE WHEN ${stepCounts} THEN rebuild_done + $16::integer ELSE rebuild_done END,
        rebuilt_epoch = CASE WHEN $14::boolean AND $15::text IS NULL THEN epoch ELSE rebuilt_epoch END,
        live_rebuilt = CASE WHEN $14::boolean AND ${stepCounts} THEN $15::text ELSE live_rebuilt END
      WHERE shard = $1 AND holder = $2 AND epoch = $3 AND seq = $4::bigint
      RETURNING shard),
    done AS (DELETE FROM outbox_pending USING held WHERE position = ANY ($9::bigint[])),
    demoted AS (UPDATE outbox_pending SET revoking = false FROM held WHERE position = ANY ($10::bigint[])),
    cleared AS (DELETE FROM projection_refusals r USING held WHERE r.shard = held.shard AND $12::smallint = 1 AND $13::text IS NULL),
    batch AS (
      INSERT INTO outbox_batches (shard, epoch, seq, marker, zed_token, events, updates, revoked_tenants)
      SELECT $1, $3, $5::bigint, $6, $7, cardinality($9::bigint[]), $8::integer, $11::text[] FROM held WHERE $5::bigint IS NOT NULL)
    SELECT shard, set_config('synchronous_commit', 'off', true) FROM held`,
};

export const bury = {
  name: 'bury_event',
  text: `UPDATE outbox_pending SET state = 'dead', attempts = attempts + 1, last_error = $2 WHERE position = $1 RETURNING attempts`,
};

export const refuse = {
  name: 'refuse_edge',
  text: `INSERT INTO projection_refusals (shard, edge, error) VALUES ($1, $2, $3)
    ON CONFLICT (shard, edge) DO UPDATE SET error = $3, seen_at = now() RETURNING xmax = 0 AS new`,
};

/** A sequence that was never used names its first value as its last. */
export const lastPosition = {
  name: 'last_position',
  text: 'SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END AS position FROM outbox_position',
};
export const nextTransaction = { name: 'next_transaction', text: 'SELECT pg_snapshot_xmax(pg_current_snapshot())::text AS id' };
export const oldestTransaction = { name: 'oldest_transaction', text: 'SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS id' };

export const lowestPending = {
  name: 'lowest_pending',
  text: `SELECT min(p.position) AS position FROM projection_buckets b CROSS JOIN LATERAL (
      (SELECT position FROM outbox_pending WHERE bucket BETWEEN b.bucket AND b.bucket AND state = 'pending' AND NOT revoking ORDER BY bucket, position LIMIT 1)
      UNION ALL
      (SELECT position FROM outbox_pending WHERE bucket BETWEEN b.bucket AND b.bucket AND state = 'pending' AND revoking ORDER BY bucket, position LIMIT 1)) p
    WHERE b.shard = $1`,
};
