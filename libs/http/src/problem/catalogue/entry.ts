/** What a stable error code means, for the people who meet it. One page in docs/errors is made from each. */
export interface ErrorEntry {
  readonly code: string;
  readonly status: number;
  /** The same for every occurrence: the `title` of the problem. */
  readonly title: string;
  readonly meaning: string;
  readonly remedy: string;
}

export const entry = (code: string, status: number, title: string, meaning: string, remedy: string): ErrorEntry => ({
  code,
  status,
  title,
  meaning,
  remedy,
});
