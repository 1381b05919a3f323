import { batchLimits, type BatchLimits } from './plan-batch.ts';

/** Of so many reads in a row that find more removals than a call takes, one looks at grants as well. */
const grantsEvery = 4;

/** Milliseconds of a write, waiting for its turn included. A removal waits for one such call and is in the next. */
const tooLong = 300;
const short = 150;
const smallestCall = 100;

export interface Glance {
  readonly revokingLimit: number;
  readonly limit: number;
  readonly fromBothEnds: boolean;
}

/**
 * How much the next read looks at and the next call holds, by what the last ones found and took. Behind many removals most
 * grants must wait, and reading them costs more than a call of nothing but removals; but tenants without removals wait for
 * nobody. Large calls are cheap calls, but an engine that takes long for them gets smaller ones: a removal must not wait a second.
 */
export class ReadingPace {
  private wasFull = false;
  private readsOfRemovals = 0;
  private updates = batchLimits.updates;

  get limits(): BatchLimits {
    return { updates: this.updates, deletes: Math.min(batchLimits.deletes, this.updates) };
  }

  next(): Glance {
    const grantsToo = this.readsOfRemovals % grantsEvery === 0;
    const { updates, deletes: revokingLimit } = this.limits;
    return { revokingLimit, limit: grantsToo ? updates : 0, fromBothEnds: this.wasFull && grantsToo };
  }

  saw({ hasMore, hasMoreRemovals }: { readonly hasMore: boolean; readonly hasMoreRemovals: boolean }): void {
    this.wasFull = hasMore;
    this.readsOfRemovals = hasMoreRemovals ? this.readsOfRemovals + 1 : 0;
  }

  wrote(milliseconds: number): void {
    if (milliseconds > tooLong) this.updates = Math.max(smallestCall, Math.ceil(this.updates / 2));
    else if (milliseconds < short) this.updates = Math.min(batchLimits.updates, Math.ceil(this.updates * 1.25));
  }
}
