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
