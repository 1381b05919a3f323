import type { Outcome } from '../measure/outcome.ts';
import type { Stand } from '../stand/stand.ts';

export interface RunOptions {
  /** Pairs of product and baseline, at least 5 for a run whose bars are judged. */
  readonly pairs: number;
  /** Share of the full size of each sample: 1 for a run whose bars are judged. */
  readonly scale: number;
  readonly progress: (message: string) => void;
}

/** A line of the table in DESIGN, or some that share a measurement. */
export interface Row {
  readonly name: string;
  readonly about: string;
  run(stand: Stand, options: RunOptions): Promise<Outcome[]>;
}
