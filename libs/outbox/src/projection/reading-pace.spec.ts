import { describe, expect, it } from 'vitest';
import { batchLimits } from './plan-batch.ts';
import { ReadingPace } from './reading-pace.ts';

const whole = { revokingLimit: batchLimits.deletes, limit: batchLimits.updates, fromBothEnds: false };

describe('how much of the work list a read looks at', () => {
  it('is all that a call can hold, and the newest as well once there was more', () => {
    const pace = new ReadingPace();
    expect(pace.next()).toEqual(whole);
    pace.saw({ hasMore: true, hasMoreRemovals: false });
    expect(pace.next()).toEqual({ ...whole, fromBothEnds: true });
    pace.saw({ hasMore: false, hasMoreRemovals: false });
    expect(pace.next()).toEqual(whole);
  });

  it('P-7 is removals alone while they fill one call after the other, but grants get a look in every fourth', () => {
    const pace = new ReadingPace();
    const limits = Array.from({ length: 9 }, () => {
      const { limit } = pace.next();
      pace.saw({ hasMore: true, hasMoreRemovals: true });
      return limit;
    });
    const { updates } = batchLimits;
    expect(limits).toEqual([updates, 0, 0, 0, updates, 0, 0, 0, updates]);
  });

  it('is everything again as soon as the last removals are in a call', () => {
    const pace = new ReadingPace();
    pace.saw({ hasMore: true, hasMoreRemovals: true });
    expect(pace.next().limit).toBe(0);
    pace.saw({ hasMore: true, hasMoreRemovals: false });
    expect(pace.next()).toEqual({ ...whole, fromBothEnds: true });
  });

  it('P-7 shrinks while the engine takes long for a call, and grows back when it is quick again', () => {
    const pace = new ReadingPace();
    const { updates, deletes } = batchLimits;
    pace.wrote(301);
    expect(pace.limits).toEqual({ updates: Math.ceil(updates / 2), deletes });
    expect(pace.next().limit).toBe(Math.ceil(updates / 2));
    for (let nth = 0; nth < 10; nth += 1) pace.wrote(2_000);
    expect(pace.limits).toEqual({ updates: 100, deletes: 100 });
    pace.wrote(200);
    expect(pace.limits.updates).toBe(100);
    for (let nth = 0; nth < 20; nth += 1) pace.wrote(100);
    expect(pace.limits).toEqual(batchLimits);
  });
});
