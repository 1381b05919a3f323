import type { Sample } from './sample.ts';

export interface Pair {
  readonly ours: Sample;
  readonly bare: Sample;
}

export interface Sides {
  /** What the product does. `nth` counts the pairs. */
  ours(nth: number): Promise<Sample>;
  /** The least that would have to be done without it. */
  bare(nth: number): Promise<Sample>;
}

/**
 * Both sides in turn, and in turn which goes first: what else the machine does, and what grows with every round, meets both
 * alike, so that the ratio within a pair says more than any absolute number.
 */
export async function inPairs(count: number, sides: Sides, report: (nth: number, pair: Pair) => void): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const bareFirst = nth % 2 === 1;
    const early = bareFirst ? await sides.bare(nth) : null;
    const ours = await sides.ours(nth);
    const pair = { ours, bare: early ?? (await sides.bare(nth)) };
    pairs.push(pair);
    report(nth, pair);
  }
  return pairs;
}

export const ratiosOf = (pairs: readonly Pair[], of: (sample: Sample) => number): number[] =>
  pairs.map(({ ours, bare }) => of(ours) / of(bare));
