import type { ClientBase } from 'pg';

/** A rule over PostgreSQL's own catalog. Its query returns one row, `what`, for every violation. */
export interface CatalogRule {
  readonly name: string;
  readonly query: string;
}

const ours = `n.nspname = 'tenantry'`;
const table = `pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND ${ours} AND c.relkind IN ('r', 'p')`;
const column = (of: string, name: string) =>
  `EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = ${of} AND a.attname = '${name}' AND NOT a.attisdropped)`;
const granted = `(has_table_privilege('tenantry_runtime', c.oid, 'SELECT') OR has_any_column_privilege('tenantry_runtime', c.oid, 'SELECT'))`;

/** Rows of these may be about the platform and no tenant: events, operations, what was done, drift. Everywhere else `tenant_id` is NOT NULL. */
const withoutTenant = ['outbox_events', 'outbox_pending', 'operations', 'audit_entries', 'projection_drift'];

export const schemaRules: readonly CatalogRule[] = [
  {
    name: 'value sets are text with a check, not enums',
    query: `SELECT t.typname AS what FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace AND ${ours} WHERE t.typtype = 'e'`,
  },
  {
    name: 'a column that holds a word of a closed set is text with a check on it',
    query: `SELECT c.relname || '.' || a.attname AS what FROM ${table}
      JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN ('state', 'status', 'role', 'kind', 'scope_type', 'subject_type')
      WHERE NOT c.relispartition AND (a.atttypid <> 'text'::regtype OR NOT EXISTS (
        SELECT FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c' AND a.attnum = ANY (k.conkey)))`,
  },
  {
    name: 'every foreign key has an index that begins with its columns',
    query: `SELECT k.conname AS what FROM pg_constraint k JOIN ${table} ON c.oid = k.conrelid
      WHERE k.contype = 'f' AND NOT EXISTS (
        SELECT FROM pg_index i WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
          AND (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)] @> k.conkey)`,
  },
  {
    name: 'a foreign key between tables of a tenant carries the tenant',
    query: `SELECT k.conname AS what FROM pg_constraint k JOIN ${table} ON c.oid = k.conrelid
      WHERE k.contype = 'f' AND ${column('k.conrelid', 'tenant_id')} AND ${column('k.confrelid', 'tenant_id')} AND NOT EXISTS (
        SELECT FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) AND a.attname = 'tenant_id')`,
  },
  {
    name: 'nothing is removed by a foreign key of its own accord',
    query: `SELECT k.conname AS what FROM pg_constraint k JOIN ${table} ON c.oid = k.conrelid WHERE k.contype = 'f' AND k.confdeltype IN ('c', 'n', 'd')`,
  },
  {
    name: 'tenant_id is mandatory',
    query: `SELECT c.relname AS what FROM ${table} JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
      WHERE NOT a.attnotnull AND NOT c.relispartition AND c.relname <> ALL ('{${withoutTenant.join()}}')`,
  },
  {
    name: 'tenant_id is immutable where rows can be updated',
    query: `SELECT c.relname AS what FROM ${table} WHERE ${column('c.oid', 'tenant_id')} AND c.relname <> ALL ('{${withoutTenant.join()}}')
      AND NOT c.relispartition AND NOT EXISTS (
        SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgfoid = to_regproc('tenantry.refuse_tenant_change') AND t.tgenabled = 'O')`,
  },
];

export const isolationRules: readonly CatalogRule[] = [
  {
    name: 'every table with a tenant_id has row-level security, or the runtime role cannot see it',
    query: `SELECT c.relname AS what FROM ${table} WHERE (${column('c.oid', 'tenant_id')} OR c.relname = 'tenants') AND ${granted}
      AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))`,
  },
  {
    name: 'no policy waves everything through',
    query: `SELECT p.polname AS what FROM pg_policy p JOIN ${table} ON c.oid = p.polrelid
      WHERE coalesce(pg_get_expr(p.polqual, p.polrelid), '') !~ 'tenantry.tenant'`,
  },
  {
    name: 'the runtime role owns nothing',
    query: `SELECT c.relname AS what FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND ${ours}
      WHERE pg_has_role('tenantry_runtime', c.relowner, 'USAGE')
      UNION ALL SELECT n.nspname FROM pg_namespace n WHERE ${ours} AND pg_has_role('tenantry_runtime', n.nspowner, 'USAGE')`,
  },
  {
    name: 'the runtime role bypasses nothing and makes nothing',
    query: `SELECT r.rolname AS what FROM pg_roles r
      WHERE pg_has_role('tenantry_runtime', r.oid, 'MEMBER') AND (r.rolbypassrls OR r.rolsuper OR r.rolcreaterole OR r.rolcreatedb)
      UNION ALL SELECT 'CREATE on schema tenantry' WHERE has_schema_privilege('tenantry_runtime', 'tenantry', 'CREATE')`,
  },
  {
    name: 'the runtime role cannot empty a table past its policies',
    query: `SELECT c.relname AS what FROM ${table} WHERE has_table_privilege('tenantry_runtime', c.oid, 'TRUNCATE, REFERENCES, TRIGGER')`,
  },
];

export async function violations(client: ClientBase, { query }: CatalogRule): Promise<string[]> {
  const { rows } = await client.query<{ what: string }>(query);
  return rows.map(({ what }) => what).sort();
}
