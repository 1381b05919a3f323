import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isUlid, UlidGenerator } from './ids.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const perStore = 256;

describe('a generator of ids', () => {
  it('gives ids that sort in the order they were given in, within a millisecond and across', () => {
    const generator = new UlidGenerator();
    const ids = Array.from({ length: 3 * perStore }, (_, nth) => {
      if (nth % 3 === 0) vi.advanceTimersByTime(1);
      return generator.next();
    });
    expect(ids.every(isUlid)).toBe(true);
    expect([...ids].sort()).toEqual(ids);
  });

  it('fetches random bytes for hundreds of ids at once, and no two ids share them', () => {
    const generator = new UlidGenerator();
    const fetched = vi.spyOn(crypto, 'getRandomValues');
    const parts = Array.from({ length: 2 * perStore }, () => {
      vi.advanceTimersByTime(1);
      return generator.next().slice(10);
    });
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(new Set(parts).size).toBe(parts.length);
    const letters = new Set(parts.join(''));
    expect(letters.size).toBe(32);
  });
});
