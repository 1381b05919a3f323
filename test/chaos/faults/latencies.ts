import { eventually } from '../../support/eventually.ts';

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

export function percentile(values: readonly number[], share: number): number {
  const all = sorted(values);
  return all[Math.max(0, Math.ceil(all.length * share) - 1)] ?? Number.NaN;
}

/** From now, right after a commit, until it is so; the engine is asked for its newest state, one question at a time. */
export async function millisecondsUntil(isSo: () => Promise<boolean>, what: string): Promise<number> {
  const from = performance.now();
  await eventually(isSo, { within: 30_000, every: 2, what });
  return performance.now() - from;
}

export const figures = (values: readonly number[]): string =>
  `p50 ${percentile(values, 0.5).toFixed(0)} ms, p99 ${percentile(values, 0.99).toFixed(0)} ms, max ${percentile(values, 1).toFixed(0)} ms (${values.length})`;
