import pg from 'pg';

/** Goes on whoever calls: what workers note of their work, and the forgetting of old keys. All else changes by commands alone. */
const bookkeeping = [
  'graph_schemas',
  'idempotency_keys',
  'migrations',
  'outbox_batches',
  'outbox_pending',
  'projection_drift',
  'projection_refusals',
  'projection_shards',
  'projection_verification',
];
const tablesOfState = `SELECT relname AS name FROM pg_class
  WHERE relnamespace = 'tenantry'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND NOT relname = ANY ($1) ORDER BY 1`;

/** What operators decide, in tables that are bookkeeping otherwise; and the days of the log, but for those that a worker makes meanwhile. */
const decisions = {
  'shards and their pauses': 'SELECT shard, paused, pause_reason FROM projection_shards',
  'dead events': `SELECT position, attempts, last_error FROM outbox_pending WHERE state = 'dead'`,
  'days of the log': `SELECT relname FROM pg_inherits JOIN pg_class ON oid = inhrelid
     WHERE inhparent = 'outbox_events'::regclass AND relname < 'outbox_events_' || to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD')`,
};

/** Runs SQL by the owner's rights, past row-level security: what is really there. */
export async function onDatabase<Row extends object>(url: string, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url, options: '-c search_path=tenantry' });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

/** Changes with any change of any row, and with any event. Tables that a migration adds are among them by themselves. */
export async function fingerprint(url: string): Promise<string> {
  const tables = await onDatabase<{ name: string }>(url, tablesOfState, [bookkeeping]);
  const parts = [...tables.map(({ name }) => [name, `TABLE ${name}`] as const), ...Object.entries(decisions)].map(
    ([name, rows]) =>
      `SELECT '${name}' AS name, count(*) AS rows, sum(hashtextextended(t::text, 0)::numeric)::text AS hash FROM (${rows}) t`,
  );
  return JSON.stringify(await onDatabase(url, parts.join(' UNION ALL ')));
}
