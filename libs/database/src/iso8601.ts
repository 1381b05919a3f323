/** SQL that prints a `timestamptz` as JSON wants it, such as 2026-11-21T07:10:00.000Z. For columns of our own, never for input. */
export const iso8601 = (column: string, alias: string): string =>
  `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS ${alias}`;
