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
  /** An operator stopped the shard: it is asked now and then whether it may go on, however often it is rung. */
  stopped: boolean;
  /** The one retry under way. */
  retry: NodeJS.Timeout | null;
  waiters: (() => void)[];
}

/** After a failure hints change nothing: the next try comes by itself, soon, however many commands ring meanwhile. */
export const isResting = ({ failures, stopped, retry }: Seat): boolean => (failures > 0 || stopped) && retry !== null;
