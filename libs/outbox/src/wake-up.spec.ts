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
    vi.advanceTimersByTime(250);
    wakeUp.ring(0);
    vi.advanceTimersByTime(25);
    expect(job.shards).toEqual([0, 1, 0]);
  });

  it('P-7 of a busy shard is a job four times a second, and the last call is followed by one', () => {
    const [call, job] = [new Rung(), new Rung()];
    const wakeUp = new CallAndJob(call, job);
    for (let nth = 0; nth < 100; nth += 1) {
      wakeUp.ring(0);
      vi.advanceTimersByTime(10);
    }
    expect([call.shards.length, job.shards.length]).toEqual([100, 4]);
    vi.advanceTimersByTime(250);
    expect(job.shards).toHaveLength(5);
    vi.advanceTimersByTime(1_000);
    expect(job.shards).toHaveLength(5);
  });
});
