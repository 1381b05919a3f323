import { median } from './statistics.ts';

/** What has to be reached. `atLeast`: more is better; `atMost`: less is. */
export type Bar =
  | { readonly atLeast: number; readonly stretch: number; readonly unit: 'x' }
  | { readonly atMost: number; readonly stretch: number; readonly unit: 'x' | 'ms' };

/** One side, for the record. */
export interface Side {
  readonly label: string;
  /** Operations a second, or milliseconds of one, as the row measures. */
  readonly value: number;
  readonly unit: '/s' | 'ms';
  /** CPU milliseconds per operation, by process. */
  readonly cpuPerOperation: Readonly<Record<string, number>>;
}

export interface Outcome {
  readonly what: string;
  readonly bar: Bar;
  /** One value of each pair; the median is judged. */
  readonly values: readonly number[];
  readonly ours: Side;
  /** Null for bars that are a number of milliseconds by themselves. */
  readonly bare: Side | null;
  readonly notes: readonly string[];
}

export type Verdict = 'stretch' | 'pass' | 'missed';

export const measured = ({ values }: Outcome): number => median(values);

export function verdictOf(outcome: Outcome): Verdict {
  const { bar } = outcome;
  const value = measured(outcome);
  const reaches = (goal: number) => ('atLeast' in bar ? value >= goal : value <= goal);
  if (reaches(bar.stretch)) return 'stretch';
  return reaches('atLeast' in bar ? bar.atLeast : bar.atMost) ? 'pass' : 'missed';
}

/** How far a missed bar is away, in percent of the bar. */
export function missedBy(outcome: Outcome): number {
  const { bar } = outcome;
  const goal = 'atLeast' in bar ? bar.atLeast : bar.atMost;
  return (Math.abs(measured(outcome) - goal) / Math.abs(goal)) * 100;
}
