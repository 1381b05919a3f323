import { describe, expect, it } from 'vitest';
import { LowWater } from './low-water.ts';

describe('the low-water mark', () => {
  it('is zero until something is known', () => {
    const mark = new LowWater();
    expect(mark.above).toBe(0n);
    mark.rise({ oldestTransaction: 99n, lowestPending: null });
    expect(mark.above).toBe(0n);
  });

  it('P-1 waits for every transaction that was open when its position was read', () => {
    const mark = new LowWater();
    mark.propose({ position: 40n, nextTransaction: 7n });
    mark.rise({ oldestTransaction: 6n, lowestPending: null });
    expect([mark.above, mark.isWaiting]).toEqual([0n, true]);
    mark.rise({ oldestTransaction: 7n, lowestPending: null });
    expect([mark.above, mark.isWaiting]).toEqual([40n, false]);
  });

  it('does not change its mind while it waits: a later position would need later transactions', () => {
    const mark = new LowWater();
    mark.propose({ position: 40n, nextTransaction: 7n });
    mark.propose({ position: 90n, nextTransaction: 20n });
    mark.rise({ oldestTransaction: 8n, lowestPending: null });
    expect(mark.above).toBe(40n);
  });

  it('P-1 stays below what is still pending', () => {
    const mark = new LowWater();
    mark.propose({ position: 40n, nextTransaction: 7n });
    mark.rise({ oldestTransaction: 9n, lowestPending: 12n });
    expect(mark.above).toBe(11n);
    mark.propose({ position: 50n, nextTransaction: 9n });
    mark.rise({ oldestTransaction: 9n, lowestPending: 60n });
    expect(mark.above).toBe(50n);
  });

  it('never falls, but for a fresh start', () => {
    const mark = new LowWater();
    mark.propose({ position: 40n, nextTransaction: 7n });
    mark.rise({ oldestTransaction: 9n, lowestPending: null });
    mark.propose({ position: 50n, nextTransaction: 9n });
    mark.rise({ oldestTransaction: 9n, lowestPending: 3n });
    expect(mark.above).toBe(40n);
    mark.reset();
    expect(mark.above).toBe(0n);
  });
});
