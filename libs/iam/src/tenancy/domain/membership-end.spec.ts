import { describe, expect, test } from 'vitest';
import { earlierOf, ExpiryNotAhead, ExpiryTooFar, isOver, mustLieAhead, outlasts, sameEnd } from './membership-end.ts';

const [noon, evening] = [new Date('2026-03-04T12:00:00.000Z'), new Date('2026-03-04T18:00:00.000Z')];

describe('M-7 the end of a membership', () => {
  test('has come at its very moment, and never without one', () => {
    expect([isOver(noon, evening), isOver(noon, noon), isOver(evening, noon), isOver(null, noon)]).toEqual([true, true, false, false]);
  });

  test('is after another when it is later or not there', () => {
    expect([outlasts(evening, noon), outlasts(null, noon), outlasts(noon, noon)]).toEqual([true, true, false]);
    expect([outlasts(noon, null), outlasts(null, null)]).toEqual([false, false]);
  });

  test('is the earlier one of two', () => {
    expect([earlierOf(evening, noon), earlierOf(null, noon), earlierOf(noon, null), earlierOf(null, null)]).toEqual([
      noon,
      noon,
      noon,
      null,
    ]);
  });

  test('is compared by the moment', () => {
    expect([sameEnd(noon, new Date(noon)), sameEnd(null, null), sameEnd(noon, null), sameEnd(noon, evening)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test('lies ten years ahead at most', () => {
    expect(() => mustLieAhead(new Date('2036-03-04T12:00:00.000Z'), noon)).not.toThrow();
    expect(() => mustLieAhead(new Date('2036-03-04T12:00:00.001Z'), noon)).toThrow(ExpiryTooFar);
  });

  test('lies ahead when it is given', () => {
    expect(() => mustLieAhead(noon, noon)).toThrow(ExpiryNotAhead);
    expect(() => mustLieAhead(evening, noon)).not.toThrow();
    expect(() => mustLieAhead(null, noon)).not.toThrow();
    expect(() => mustLieAhead(new Date('no date'), noon)).toThrow(ExpiryNotAhead);
  });
});
