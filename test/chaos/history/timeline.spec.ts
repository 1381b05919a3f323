import { describe, expect, it } from 'vitest';
import { Timeline, type Changes } from './timeline.ts';

const inside = 'tenant:t#access@user:u';
const ending = (at: number): Changes => new Map([['tenant:t#member@user:u', new Date(at)]]);
const suspended: Changes = new Map([['tenant:t#suspended@user:*', null]]);
const restored: Changes = new Map([['tenant:t#suspended@user:*', undefined]]);

/** A member until 1,500; their tenant is restored at 2,000, as far as anybody heard. */
function restoredLate(): Timeline {
  const timeline = new Timeline();
  timeline.add(100, suspended);
  timeline.add(200, ending(1_500));
  timeline.add(2_000, restored);
  return timeline;
}

describe('P-7 what was in the graph at a moment', () => {
  it('P-7 is what was heard by then, each end in its place', () => {
    const timeline = new Timeline();
    timeline.add(100, ending(1_500));
    expect(timeline.saidYesWithin(inside, 0, 99)).toBe(false);
    expect(timeline.saidYesWithin(inside, 0, 100)).toBe(true);
    expect(timeline.saidYesWithin(inside, 1_501, 9_000)).toBe(false);
  });

  it('P-7 may have landed before it was heard: what ended in between had not ended when it landed', () => {
    expect(restoredLate().saidYesWithin(inside, 300, 9_000)).toBe(false);
    expect(restoredLate().saidYesWithin(inside, 300, 9_000, 600)).toBe(true);
  });

  it('P-7 lets nobody in for longer than that', () => {
    expect(restoredLate().saidYesWithin(inside, 300, 9_000, 400)).toBe(false);
    expect(restoredLate().saidYesWithin(inside, 1_600, 9_000, 600)).toBe(false);
  });
});
