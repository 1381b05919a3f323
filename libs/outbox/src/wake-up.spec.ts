import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CallAndJob, WakeUp } from './wake-up.ts';

class Rung extends WakeUp {
  readonly shards: number[] = [];

  override ring(shard: number): void {
    this.shards.push(shard);
  }
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

describe('P-7 a wake-up', () => {
  it('P-7 is a call at once, and one job for all the calls of a shard shortly before it', () => {
    const [call, job] = [new Rung(), new Rung()];
    const wakeUp = new CallAndJob(call, job);
    for (const shard of [0, 1, 0, 0]) wakeUp.ring(shard);
    expect([call.shards, job.shards]).toEqual([[0, 1, 0, 0], []]);
    vi.advanceTimersByTime(25);
    expect(job.shards).toEqual([0, 1]);
    wakeUp.ring(0);
    vi.advanceTimersByTime(25);
    expect(job.shards).toEqual([0, 1, 0]);
  });
});
