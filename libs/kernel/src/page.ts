/** Where a page of a list starts (after the row with this key; absent: at the beginning) and how many rows it has at most. */
export interface PageRequest {
  readonly after?: string;
  readonly limit: number;
}

/** `next` is the `after` of the page that follows; null on the last one. */
export interface PageOf<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** From rows read with a limit of one more than the page has: the one too many says that another page follows. */
export function pageOf<Row>(rows: readonly Row[], limit: number, keyOf: (row: Row) => string): PageOf<Row> {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? keyOf(last) : null };
}
