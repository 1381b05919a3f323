/** What a stable error code means, for the people who meet it. One page in docs/errors is made from each. */
export interface ErrorEntry {
  readonly code: string;
  /** More than one where the same thing can be wrong with the path and with the body. */
  readonly statuses: readonly number[];
  /** The same for every occurrence: the `title` of the problem. */
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

export function entry(code: string, status: number | readonly number[], title: string, meaning: string, remedy: string): ErrorEntry {
  return { code, statuses: typeof status === 'number' ? [status] : status, title, meaning, remedy };
}
