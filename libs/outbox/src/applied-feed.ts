/** A state of the graph that a shard wrote. */
export interface Revision {
  readonly shard: number;
  readonly epoch: string;
  readonly seq: bigint;
  readonly zedToken: string;
}

/** What workers tell about an applied batch, over a channel that may lose it, send it twice or let later news overtake it. */
export interface AppliedNews extends Omit<Revision, 'zedToken'> {
  readonly zedToken: string | null;
  /** Positions that left the work list; null when there were too many to name. */
  readonly done: readonly bigint[] | null;
  readonly revokedTenants: readonly (string | null)[];
}

/** NOTIFY carries less than 8,000 bytes: 200 positions of at most 19 digits and 100 tenant ids leave room for the rest. */
const mostPositions = 200;
const mostTenants = 100;

/** Whether a revision covers another one of the same shard: it was written later, to the same graph or to one made since. */
export function covers(newer: Revision, older: Revision): boolean {
  return newer.epoch === older.epoch ? newer.seq >= older.seq : newer.epoch > older.epoch;
}

export function revisionOf({ shard, epoch, seq, zedToken }: AppliedNews): Revision | null {
  return zedToken === null ? null : { shard, epoch, seq, zedToken };
}

export function encodeNews(news: AppliedNews): string {
  const { shard, epoch, zedToken } = news;
  const done = news.done === null || news.done.length > mostPositions ? null : news.done.map(String);
  // Too many tenants to name are told as the platform itself, which concerns every tenant.
  const revoked = news.revokedTenants.length > mostTenants ? [null] : news.revokedTenants;
  return JSON.stringify({ shard, epoch, seq: String(news.seq), zedToken, done, revoked });
}

/** Null for everything that `encodeNews` does not make: whoever may connect to the database may notify, and so may another release. */
export function decodeNews(text: string): AppliedNews | null {
  try {
    return read(JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

type RawNews = Record<'shard' | 'epoch' | 'seq' | 'zedToken' | 'done' | 'revoked', unknown>;

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumeral = (value: unknown): value is string => isText(value) && /^\d{1,19}$/.test(value);
const isTextOrNull = (value: unknown): value is string | null => value === null || isText(value);
const isListOf = <Item>(list: unknown, isItem: (item: unknown) => item is Item): list is Item[] =>
  Array.isArray(list) && list.every(isItem);

function read(raw: unknown): AppliedNews | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const { shard, epoch, seq, zedToken, done, revoked } = raw as RawNews;
  if (typeof shard !== 'number' || !Number.isInteger(shard) || !isText(epoch) || !isNumeral(seq)) return null;
  if (!isTextOrNull(zedToken) || !(done === null || isListOf(done, isNumeral)) || !isListOf(revoked, isTextOrNull)) return null;
  return { shard, epoch, seq: BigInt(seq), zedToken, done: done?.map(BigInt) ?? null, revokedTenants: revoked };
}
