import type { Consistency, GraphToken } from '#authorization';
import { bucketOf, type Database } from '#database';
import { platformScope, type CommitReceipt, type TenantId } from '#kernel';
import type { AppliedNews } from '../applied-feed.ts';
import { decodePoint, encodePoint, rangesOf, type BucketRange } from '../consistency-token.ts';
import { HeardNews } from '../heard-news.ts';
import { ReadYourWrites, type GraphEpoch, type Settled } from '../read-your-writes.ts';

/** How often waiting requests look for themselves, all together in one statement, in case no news comes. */
const lookEveryMs = 25;

/** Of some ranges of events, those of which something is still to be applied. A dead event counts: it is not in the graph. */
const findAwaited = {
  name: 'find_awaited',
  text: `SELECT r.bucket, r.first::text, r.last::text
    FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) AS r (bucket, first, last)
    WHERE EXISTS (SELECT FROM outbox_pending p WHERE p.position BETWEEN r.first AND r.last AND (r.bucket IS NULL OR p.bucket = r.bucket))`,
};

/** The newest revision that each bucket's shard wrote; it covers every earlier event of that bucket. */
const findTokens = {
  name: 'find_bucket_tokens',
  text: `SELECT DISTINCT latest.zed_token FROM unnest($1::smallint[]) AS wanted (bucket)
    JOIN projection_buckets b USING (bucket)
    CROSS JOIN LATERAL (SELECT zed_token FROM outbox_batches WHERE shard = b.shard AND epoch = $2 ORDER BY seq DESC LIMIT 1) latest`,
};

interface Waiter {
  readonly ranges: readonly BucketRange[];
  readonly heard: HeardNews;
  resolve(applied: boolean): void;
}

/** Waits on news from the workers, and on the work list itself where no news comes. */
export class PgReadYourWrites extends ReadYourWrites {
  private readonly waiters = new Set<Waiter>();
  private timer: NodeJS.Timeout | null = null;

  constructor(
    private readonly database: Database,
    private readonly epoch: GraphEpoch,
  ) {
    super();
  }

  /** News of a batch: whoever waits for its events goes on, with the batch's revision. */
  applied(news: AppliedNews): void {
    for (const waiter of this.waiters) if (waiter.heard.hear(news)) waiter.resolve(true);
  }

  override async settle(receipts: readonly CommitReceipt[], waitMs: number): Promise<Settled> {
    const events = receipts.flatMap((receipt) => receipt.events);
    if (events.length === 0) return { token: null, applied: true };
    const ranges = rangesOf(events);
    const heard = new HeardNews(events.map(({ position }) => position));
    const applied = waitMs > 0 && (await this.wait(ranges, heard, waitMs));
    return { token: await this.token(ranges, applied, heard), applied };
  }

  private async token(ranges: readonly BucketRange[], applied: boolean, heard: HeardNews): Promise<string | null> {
    const epoch = await this.epoch.current();
    if (epoch === null) return null;
    if (!applied) return encodePoint({ epoch, zedToken: null, awaited: ranges });
    const known = heard.tokens(epoch) ?? (await this.tokensOf(ranges, epoch));
    // Revisions cannot be ordered: with several, whoever reads waits for the events instead, which costs nothing by then.
    return encodePoint({ epoch, zedToken: known.length === 1 ? (known[0] ?? null) : null, awaited: known.length === 1 ? [] : ranges });
  }

  override async resolve(token: string, waitMs: number): Promise<Consistency> {
    const point = decodePoint(token);
    if (point.epoch !== (await this.epoch.current())) return { kind: 'minimize_latency' };
    if (point.zedToken !== null) return fresh(point.zedToken);
    if (!(await this.wait(point.awaited, null, waitMs))) return { kind: 'fully_consistent' };
    const known = await this.tokensOf(point.awaited, point.epoch);
    return known.length === 1 && known[0] !== undefined ? fresh(known[0]) : { kind: 'fully_consistent' };
  }

  override async current(tenantId: TenantId): Promise<{ token: string; zedToken: string | null }> {
    const bucket = bucketOf(tenantId);
    const epoch = (await this.epoch.current()) ?? '';
    const [zedToken = null] = await this.tokensOf([{ bucket, first: 0n, last: 0n }], epoch);
    return { token: encodePoint({ epoch, zedToken, awaited: [] }), zedToken };
  }

  /** None when the buckets are not known: those of all shards would not compare. */
  private async tokensOf(ranges: readonly BucketRange[], epoch: string): Promise<string[]> {
    if (ranges.some(({ bucket }) => bucket === null)) return [];
    const values = [ranges.map(({ bucket }) => bucket), epoch];
    const rows = await this.database.read<{ zed_token: string }>(platformScope, { ...findTokens, values });
    return rows.map(({ zed_token }) => zed_token);
  }

  /** With the positions known, news can answer; without, only looking does. */
  private wait(ranges: readonly BucketRange[], heard: HeardNews | null, waitMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        ranges,
        heard: heard ?? new HeardNews(),
        resolve: (applied) => {
          clearTimeout(giveUp);
          this.waiters.delete(waiter);
          resolve(applied);
        },
      };
      const giveUp = setTimeout(() => waiter.resolve(false), waitMs);
      this.waiters.add(waiter);
      if (heard === null) void this.look();
      else this.lookLater();
    });
  }

  private lookLater(): void {
    if (this.timer !== null || this.waiters.size === 0) return;
    this.timer = setTimeout(() => void this.look(), lookEveryMs);
  }

  private async look(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    const asked = [...this.waiters];
    const still = await this.stillAwaited(asked.flatMap(({ ranges }) => ranges)).catch(() => null);
    if (still !== null) {
      for (const waiter of asked) if (!waiter.ranges.some((range) => still.has(keyOf(range)))) waiter.resolve(true);
    }
    this.lookLater();
  }

  private async stillAwaited(ranges: readonly BucketRange[]): Promise<Set<string>> {
    const values = [ranges.map(({ bucket }) => bucket), ranges.map(({ first }) => first), ranges.map(({ last }) => last)];
    const rows = await this.database.read<{ bucket: number | null; first: string; last: string }>(platformScope, {
      ...findAwaited,
      values,
    });
    return new Set(rows.map(({ bucket, first, last }) => `${bucket}:${first}-${last}`));
  }
}

const keyOf = ({ bucket, first, last }: BucketRange): string => `${bucket}:${first}-${last}`;
const fresh = (token: string): Consistency => ({ kind: 'at_least_as_fresh', token: token as GraphToken });
