import pg from 'pg';

/** Questions by the owner's rights to a server that comes and goes: a new connection each time, and null when there is none. */
export async function askOwner<Row extends object>(url: string, text: string, values: readonly unknown[] = []): Promise<Row[] | null> {
  const client = new pg.Client({
    connectionString: url,
    options: '-c search_path=tenantry',
    connectionTimeoutMillis: 1_000,
    query_timeout: 2_000,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return (await client.query<Row>(text, [...values])).rows;
  } catch {
    return null;
  } finally {
    await client.end().catch(() => undefined);
  }
}
