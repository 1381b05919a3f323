import pg from 'pg';

/** Bookkeeping of the projection goes on whoever calls, and so does forgetting old keys; all else changes by commands alone. */
const bookkeeping = ['outbox_pending', 'outbox_batches', 'graph_schemas', 'idempotency_keys', 'migrations'];
const tablesOfState = `SELECT relname AS name FROM pg_class
  WHERE relnamespace = 'tenantry'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
    AND relname NOT LIKE 'projection%' AND NOT relname = ANY ($1) ORDER BY 1`;

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
  const parts = tables.map(
    ({ name }) => `SELECT '${name}' AS name, count(*) AS rows, sum(hashtextextended(t::text, 0)::numeric)::text AS hash FROM ${name} t`,
  );
  return JSON.stringify(await onDatabase(url, parts.join(' UNION ALL ')));
}
