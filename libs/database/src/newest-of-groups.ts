export interface GroupedPage {
  /** With an index over `fixed`, `groupedBy` and `id`, in this order, that includes the tenant. */
  readonly table: string;
  /** Columns with few values, none of them null. */
  readonly groupedBy: readonly string[];
  /** A condition on a column before them in the index. */
  readonly fixed?: string;
  /** On `g`, the group. */
  readonly chosen: string;
  readonly columns: string;
}

/** After every ULID. Not an empty parameter and an OR: a plan that must do for both would read the index from its beginning. */
const last = `repeat('Z', 27)`;

/** A page of the newest rows, by id, of all groups: `$1` the id to go on below, `$2` the limit. */
export const newestOfAll = ({ table, columns }: Pick<GroupedPage, 'table' | 'columns'>): string =>
  `SELECT ${columns} FROM ${table} t WHERE t.id < coalesce($1::text, ${last}) ORDER BY t.id DESC LIMIT $2`;

/**
 * A page of the newest rows, by id, of several groups together: `$1` the id to go on below, `$2` the limit. It goes from one group to the next
 * in the index, reads a page's worth of each that is chosen, and merges these. So a page costs as much as there are groups, not as
 * there are rows: asked with a plain `WHERE`, a rare group is looked for through all others. Rows are compared, and ordered, by all columns
 * of the index: told that a group equals something, the planner may walk the primary key instead. It must know `$2`: the statement has no name.
 */
export function newestOfGroups({ table, groupedBy, fixed = 'true', chosen, columns }: GroupedPage): string {
  const list = (of: string) => groupedBy.map((column) => `${of}.${column}`).join(', ');
  const next = (condition: string) => `SELECT ${list('t')} FROM ${table} t WHERE ${fixed} AND ${condition} ORDER BY ${list('t')} LIMIT 1`;
  const order = `${groupedBy.map((column) => `t.${column} DESC`).join(', ')}, t.id DESC`;
  return `WITH RECURSIVE seen AS (
      (${next('true')}) UNION ALL SELECT ${list('following')} FROM seen g, LATERAL (${next(`(${list('t')}) > (${list('g')})`)}) following)
    SELECT ${columns} FROM (
      SELECT newest.id FROM seen g, LATERAL (
        SELECT t.id FROM ${table} t WHERE ${fixed} AND (${list('t')}, t.id) < (${list('g')}, coalesce($1::text, ${last}))
          AND (${list('t')}) >= (${list('g')}) ORDER BY ${order} LIMIT $2) newest
      WHERE ${chosen} ORDER BY newest.id DESC LIMIT $2) page JOIN ${table} t ON t.id = page.id ORDER BY t.id DESC`;
}
