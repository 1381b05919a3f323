import { setTimeout as pause } from 'node:timers/promises';

/** Milliseconds. */
export interface PatienceLimits {
  /** For one question. */
  readonly each: number;
  /** For all questions of one run together; afterwards each is asked once. */
  readonly total: number;
}

export const defaultPatience: PatienceLimits = { each: 10_000, total: 300_000 };

const first = 5;
const longest = 200;

/** Asks again until there is an answer, for a bounded time: a shard that an operator stopped may stand still for hours. */
export class Patience {
  private left: number;

  constructor(
    private readonly limits: PatienceLimits,
    private readonly signal: AbortSignal,
  ) {
    this.left = limits.total;
  }

  /** Null: there was none in time. Throws the signal's reason. */
  async until<T>(ask: () => Promise<T | null>): Promise<T | null> {
    let waited = 0;
    for (let rest = first; ; rest = Math.min(longest, rest * 2)) {
      this.signal.throwIfAborted();
      const answer = await ask();
      if (answer !== null || waited + rest > Math.min(this.limits.each, this.left)) return answer;
      await pause(rest, undefined, { signal: this.signal }).catch(() => undefined);
      waited += rest;
      this.left -= rest;
    }
  }
}
