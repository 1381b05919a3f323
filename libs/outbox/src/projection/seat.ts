import type { ShardDrain } from './shard-drain.ts';

/** A shard's place in the worker's round. */
export interface Seat {
  readonly shard: number;
  readonly drain: ShardDrain;
  queued: boolean;
  running: boolean;
  /** Woken while at work: what arrived may have been missed. */
  wokenAgain: boolean;
  /** When the last turn began that saw all there was to do, in milliseconds since 1970. */
  lookedAt: number;
  failures: number;
  /** The one retry under way. */
  retry: NodeJS.Timeout | null;
  waiters: (() => void)[];
}

/** After a failure hints change nothing: the next try comes by itself, soon, however many commands ring meanwhile. */
export const isResting = ({ failures, retry }: Seat): boolean => failures > 0 && retry !== null;
