import pg from 'pg';

const tables = [
  'users',
  'identities',
  'platform_admins',
  'tenants',
  'tenant_members',
  'workspaces',
  'workspace_members',
  'removed_memberships',
  'outbox_events',
];

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

/** Changes with any change of any row, and with any event. */
export async function fingerprint(url: string): Promise<string> {
  const parts = tables.map(
    (table) =>
      `SELECT '${table}' AS name, count(*) AS rows, md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) AS hash FROM ${table} t`,
  );
  return JSON.stringify(await onDatabase(url, parts.join(' UNION ALL ')));
}
