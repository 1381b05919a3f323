import { onDatabase } from './tables.ts';

export async function isProjected(url: string): Promise<boolean> {
  return (await onDatabase(url, 'SELECT FROM outbox_pending LIMIT 1')).length === 0;
}

/**
 * Something for everything that operators do to the platform, which there is only one of: two dead events, shards that are stopped, a day
 * of the log that is long past, and no operation that keeps out another. Laid out again, it is as it was.
 */
export async function layOutForOperators(url: string): Promise<void> {
  await onDatabase(
    url,
    `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version, state)
     SELECT position, committed_at, bucket, tenant_id, revoking, 1, 'dead' FROM outbox_events WHERE position IN (1, 2)
     ON CONFLICT (position) DO UPDATE SET state = 'dead'`,
  );
  await onDatabase(url, `UPDATE projection_shards SET paused = 'all', pause_reason = 'laid out'`);
  await onDatabase(
    url,
    `CREATE TABLE IF NOT EXISTS outbox_events_20200101 PARTITION OF outbox_events
       FOR VALUES FROM ('2020-01-01 00:00+00') TO ('2020-01-02 00:00+00')`,
  );
  await onDatabase(
    url,
    `UPDATE operations SET state = 'cancelled', finished_at = now() WHERE kind <> 'matrix' AND state IN ('pending', 'running')`,
  );
}
