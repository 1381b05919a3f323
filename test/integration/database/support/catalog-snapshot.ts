import type { ClientBase } from 'pg';

/** Daily partitions depend on the day, not on the migrations. */
const permanent = `n.nspname = 'tenantry' AND NOT c.relispartition`;
const relations = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace`;

const queries: Readonly<Record<string, string>> = {
  relations: `SELECT c.relname, c.relkind, c.relrowsecurity, c.reloptions, c.relacl::text FROM ${relations} WHERE ${permanent}`,
  columns: `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull, a.attidentity, a.attgenerated,
      pg_get_expr(d.adbin, d.adrelid) AS initially
    FROM ${relations} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum WHERE ${permanent}`,
  constraints: `SELECT c.relname, k.conname, k.convalidated, pg_get_constraintdef(k.oid) AS definition
    FROM ${relations} JOIN pg_constraint k ON k.conrelid = c.oid WHERE ${permanent}`,
  indexes: `SELECT c.relname, i.indisvalid, pg_get_indexdef(i.indexrelid) AS definition FROM ${relations} JOIN pg_index i ON i.indrelid = c.oid WHERE ${permanent}`,
  policies: `SELECT c.relname, p.polname, p.polcmd, pg_get_expr(p.polqual, c.oid) AS visible, pg_get_expr(p.polwithcheck, c.oid) AS writable
    FROM ${relations} JOIN pg_policy p ON p.polrelid = c.oid WHERE ${permanent}`,
  triggers: `SELECT c.relname, t.tgenabled, pg_get_triggerdef(t.oid) AS definition FROM ${relations} JOIN pg_trigger t ON t.tgrelid = c.oid
    WHERE ${permanent} AND NOT t.tgisinternal`,
  functions: `SELECT pg_get_functiondef(p.oid) AS definition, p.proacl::text FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'tenantry'`,
  schema: `SELECT n.nspacl::text FROM pg_namespace n WHERE n.nspname = 'tenantry'`,
};

/** Everything the migrations made, in words that compare: two schemas are the same exactly when their snapshots are. */
export async function snapshotCatalog(client: ClientBase): Promise<Record<string, string[]>> {
  const snapshot: Record<string, string[]> = {};
  for (const [name, query] of Object.entries(queries)) {
    const { rows } = await client.query<Record<string, unknown>>(query);
    snapshot[name] = rows.map((row) => JSON.stringify(row)).sort();
  }
  return snapshot;
}
