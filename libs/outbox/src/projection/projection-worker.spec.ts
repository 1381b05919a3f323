import { AuthorizationUnavailable } from '#authorization';
import { FakeAuthorizationProvider } from '#authorization/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeShardRegistry } from '../testing/fake-shard-registry.ts';
import { LowWater } from './low-water.ts';
import { SilentObserver } from './observer.ts';
import { ProjectionWorker } from './projection-worker.ts';
import { HoldLost } from './shard-holder.ts';
import type { ShardDrain, TurnResult } from './shard-drain.ts';
import type { WorkList } from './work-list.ts';

/** Does what the test says, turn by turn. */
class ScriptedDrain {
  readonly lowWater = new LowWater();
  readonly holder: { shard: number; current: object | null; drop: () => void } = { shard: 0, current: null, drop: () => undefined };
  turns = 0;
  next: () => TurnResult | Promise<TurnResult> = () => 'idle';

  async turn(): Promise<TurnResult> {
    this.turns += 1;
    return this.next();
  }
  readFromZero(): void {}
  completeEpoch(): void {}
}

class OneShard extends FakeShardRegistry {
  released = 0;

  override async shards(): Promise<readonly number[]> {
    return [0];
  }
  override async release(): Promise<void> {
    this.released += 1;
  }
}

let drain: ScriptedDrain;
let registry: OneShard;
let worker: ProjectionWorker;

beforeEach(async () => {
  vi.useFakeTimers();
  drain = new ScriptedDrain();
  registry = new OneShard();
  const ports = {
    registry,
    workList: {} as WorkList,
    graph: new FakeAuthorizationProvider(),
    observer: new SilentObserver(),
    drainOf: () => drain as unknown as ShardDrain,
  };
  worker = new ProjectionWorker(ports, { holder: 'a', concurrency: 2, turnMs: 200, sweepMs: 600_000 });
  worker.start();
  await vi.advanceTimersByTimeAsync(0);
  drain.holder.current = {};
  drain.turns = 0;
});
afterEach(async () => {
  await Promise.all([worker.stop(), vi.advanceTimersByTimeAsync(100)]);
  vi.useRealTimers();
});

describe('turns', () => {
  it('one follows a hint, and any number of hints meanwhile are one more', async () => {
    const gate = Promise.withResolvers<TurnResult>();
    drain.next = () => gate.promise;
    worker.hint(0);
    for (let nth = 0; nth < 5; nth += 1) worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(drain.turns).toBe(1);
    drain.next = () => 'idle';
    gate.resolve('idle');
    await vi.advanceTimersByTimeAsync(0);
    expect(drain.turns).toBe(2);
  });

  it('go on while there is more', async () => {
    drain.next = () => (drain.turns < 4 ? 'more' : 'idle');
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(drain.turns).toBe(4);
  });

  it('P-7 a wake-up is answered by a turn that began after it', async () => {
    const gate = Promise.withResolvers<TurnResult>();
    drain.next = () => gate.promise;
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    let answered = false;
    void worker.wake(0).then(() => (answered = true));
    drain.next = () => 'idle';
    gate.resolve('idle');
    await vi.advanceTimersByTimeAsync(0);
    expect([answered, drain.turns]).toEqual([true, 2]);
  });

  it('a hint is for the holder alone, as every worker hears it; a job is for whoever got it', async () => {
    drain.holder.current = null;
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(drain.turns).toBe(0);
    await Promise.all([worker.wake(0), vi.advanceTimersByTimeAsync(0)]);
    expect(drain.turns).toBe(1);
  });

  it('P-7 a job finds nothing to do when a call came before it, and is not passed over when none did', async () => {
    const rungAt = Date.now();
    await vi.advanceTimersByTimeAsync(1);
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    await worker.wake(0, rungAt);
    expect(drain.turns).toBe(1);
    await Promise.all([worker.wake(0, Date.now()), vi.advanceTimersByTimeAsync(0)]);
    expect(drain.turns).toBe(2);
  });

  it('P-7 a turn that left something behind is no reason to pass over a job', async () => {
    const rungAt = Date.now();
    await vi.advanceTimersByTimeAsync(1);
    drain.next = () => 'waiting';
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    await Promise.all([worker.wake(0, rungAt), vi.advanceTimersByTimeAsync(0)]);
    expect(drain.turns).toBe(2);
  });

  it('what must wait is looked at again soon, and at once when something arrives', async () => {
    drain.next = () => 'waiting';
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(250);
    expect(drain.turns).toBe(3);
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(drain.turns).toBe(4);
    // One retry, however often it was woken.
    drain.turns = 0;
    for (let nth = 0; nth < 10; nth += 1) {
      worker.hint(0);
      await vi.advanceTimersByTimeAsync(0);
    }
    drain.turns = 0;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(drain.turns).toBe(10);
  });

  it('a shard that was stopped is asked ten times a second whether it may go on, however many commands ring', async () => {
    drain.next = () => 'stopped';
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    drain.turns = 0;
    for (let ring = 0; ring < 100; ring += 1) {
      worker.hint(0);
      await worker.wake(0);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(drain.turns).toBe(10);
    drain.next = () => 'idle';
    await vi.advanceTimersByTimeAsync(100);
    drain.turns = 0;
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(drain.turns).toBe(1);
  });

  it('a lost hold is no failure', async () => {
    drain.next = () => Promise.reject(new HoldLost('another holder'));
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(drain.turns).toBeGreaterThanOrEqual(9);
  });
});

describe('P-3 retries', () => {
  beforeEach(() => {
    drain.next = () => Promise.reject(new AuthorizationUnavailable('refused'));
  });

  it('P-3 are for ever and never more than two seconds apart', async () => {
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(600_000);
    const before = drain.turns;
    await vi.advanceTimersByTimeAsync(60_000);
    expect(drain.turns - before).toBeGreaterThanOrEqual(29);
  });

  it('P-3 come no faster because commands ring: one retry at a time', async () => {
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(30_000);
    drain.turns = 0;
    for (let ring = 0; ring < 1_000; ring += 1) {
      worker.hint(0);
      await worker.wake(0);
      await vi.advanceTimersByTimeAsync(10);
    }
    expect(drain.turns).toBeLessThanOrEqual(11);
    drain.turns = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(drain.turns).toBeLessThanOrEqual(11);
  });

  it('P-3 give the lease back, for a worker that may be better off', async () => {
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(registry.released).toBeGreaterThan(0);
  });

  it('P-3 end with the first success', async () => {
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(10_000);
    drain.next = () => 'idle';
    await vi.advanceTimersByTimeAsync(2_000);
    drain.turns = 0;
    worker.hint(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(drain.turns).toBe(1);
  });
});
