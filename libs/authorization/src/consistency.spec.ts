import { describe, expect, it } from 'vitest';
import type { Consistency, GraphToken } from './authorization-provider.ts';
import { strongest } from './consistency.ts';

const fast: Consistency = { kind: 'minimize_latency' };
const newest: Consistency = { kind: 'fully_consistent' };
const since = (token: string): Consistency => ({ kind: 'at_least_as_fresh', token: token as GraphToken });
const exactly = (token: string): Consistency => ({ kind: 'exact', token: token as GraphToken });

describe('strongest', () => {
  it.each([
    [fast, fast, fast],
    [fast, since('a'), since('a')],
    [since('a'), since('a'), since('a')],
    [since('a'), since('b'), newest],
    [since('a'), newest, newest],
    [fast, newest, newest],
    [fast, exactly('a'), since('a')],
    [exactly('a'), since('a'), since('a')],
    [exactly('a'), exactly('a'), since('a')],
    [exactly('a'), since('b'), newest],
  ])('of %o and %o is %o, either way round', (first, second, expected) => {
    expect(strongest(first, second)).toEqual(expected);
    expect(strongest(second, first)).toEqual(expected);
  });
});
