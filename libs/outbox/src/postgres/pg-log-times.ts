import type { Database } from '#database';
import { platformScope } from '#kernel';
import type { EventSelector } from '../desk/event-selector.ts';

/** A transaction that stays open longer than this is not looked for. An event's time is that of its transaction's beginning. */
const longestTransactionMs = 3_600_000;

const dayMs = 86_400_000;

interface Point {
  readonly position: string;
  readonly committed_at: string;
}

interface Place {
  /** Nothing older than an hour before the moment lies at it or after it. Null: nothing of that day helps. */
  readonly position: bigint | null;
  /** Whether an event of the moment or later was found there: nothing from before the moment lies after it. */
  readonly isReached: boolean;
}

const columns = `position::text, to_char(committed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') AS committed_at`;

/** The first of a stretch of time, and the first from a position on, in the one or two partitions of that day. */
const inDay = 'committed_at >= $1::timestamptz AND committed_at < $2::timestamptz';
const ends = {
  name: 'log_day_ends',
  text: `SELECT (SELECT min(position)::text FROM outbox_events WHERE ${inDay}) AS lowest, (SELECT max(position)::text FROM outbox_events WHERE ${inDay}) AS highest`,
};
const from = {
  name: 'log_day_from',
  text: `SELECT ${columns} FROM outbox_events t WHERE t.position >= $3::bigint AND ${inDay} ORDER BY t.position LIMIT 1`,
};

/**
 * Positions around a moment. The log has no index of times, for the sake of those who write to it; but positions are drawn as time goes
 * by, so that halving finds the place: some twenty probes of the primary key, where a walk from the beginning of the day would pass millions.
 */
export class PgLogTimes {
  private readonly known = new Map<string, Place>();

  constructor(private readonly database: Database) {}

  /** Adds to the times of a selector the positions that they cannot lie outside of. */
  async narrow(selector: EventSelector): Promise<EventSelector> {
    const { since, until } = selector;
    const lowest = since === undefined ? null : (await this.around(Date.parse(since) - longestTransactionMs)).position;
    const end = until === undefined ? null : await this.around(Date.parse(until) + longestTransactionMs);
    const highest = end?.isReached === true ? end.position : null;
    return {
      ...selector,
      ...(lowest !== null && { fromPosition: larger(lowest, selector.fromPosition ?? lowest) }),
      ...(highest !== null && { toPosition: smaller(highest, selector.toPosition ?? highest) }),
    };
  }

  /** A moment that is long past keeps its place. */
  private async around(moment: number): Promise<Place> {
    const settled = moment + longestTransactionMs < Date.now() ? String(moment) : null;
    const known = settled === null ? undefined : this.known.get(settled);
    if (known !== undefined) return known;
    const found = await this.halve(moment);
    if (settled !== null) {
      if (this.known.size >= 100) this.known.clear();
      this.known.set(settled, found);
    }
    return found;
  }

  private async halve(moment: number): Promise<Place> {
    const midnight = Math.floor(moment / dayMs) * dayMs;
    const day = [midnight, midnight + dayMs].map((at) => new Date(at).toISOString());
    const [found] = await this.database.read<{ lowest: string | null; highest: string | null }>(platformScope, { ...ends, values: day });
    if (found === undefined || found.lowest === null || found.highest === null) return { position: null, isReached: false };
    let [low, high] = [BigInt(found.lowest), BigInt(found.highest)];
    let isReached = false;
    while (low < high) {
      const middle = (low + high) / 2n;
      const [point] = await this.database.read<Point>(platformScope, { ...from, values: [...day, middle] });
      const isLater = point !== undefined && Date.parse(point.committed_at) >= moment;
      if (point !== undefined && !isLater) low = BigInt(point.position) + 1n;
      else [high, isReached] = [middle, isLater];
    }
    return { position: low, isReached };
  }
}

const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
