/** What workers tell about an applied batch, over a channel that may lose it. */
export interface AppliedNews {
  readonly shard: number;
  readonly epoch: string;
  readonly zedToken: string | null;
  /** Positions that left the work list; null when there were too many to name. */
  readonly done: readonly bigint[] | null;
  readonly revokedTenants: readonly (string | null)[];
}

/** NOTIFY carries less than 8,000 bytes: 200 positions of at most 19 digits and 100 tenant ids leave room for the rest. */
const mostPositions = 200;
const mostTenants = 100;

export function encodeNews(news: AppliedNews): string {
  const { shard, epoch, zedToken } = news;
  const done = news.done === null || news.done.length > mostPositions ? null : news.done.map(String);
  const revoked = news.revokedTenants.slice(0, mostTenants);
  return JSON.stringify({ shard, epoch, zedToken, done, revoked });
}

export function decodeNews(text: string): AppliedNews | null {
  try {
    const raw = JSON.parse(text) as {
      shard: number;
      epoch: string;
      zedToken: string | null;
      done: string[] | null;
      revoked: (string | null)[];
    };
    return { shard: raw.shard, epoch: raw.epoch, zedToken: raw.zedToken, done: raw.done?.map(BigInt) ?? null, revokedTenants: raw.revoked };
  } catch {
    return null;
  }
}
