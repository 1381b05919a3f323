import { classifyDatabaseError } from '#database';
import { DomainError } from '#kernel';
import type { OperationOutcome } from './operation-queue.ts';

/** What an error that a handler threw means for its operation. */
export type Verdict =
  | { readonly kind: 'ended'; readonly outcome: OperationOutcome }
  /** It passes by itself: tried again for as long as it takes. */
  | { readonly kind: 'outage'; readonly message: string }
  /** A fault of ours, or of nobody: worth a few more attempts. */
  | { readonly kind: 'unexpected' };

export const failed = (code: string, message: string): OperationOutcome => ({ state: 'failed', failure: { code, message } });

/** Whatever it was is in the log; what is shown tells nothing of our insides. */
export const gaveUp = (attempts: number): OperationOutcome =>
  failed('internal', `Something unexpected happened, ${attempts} times in a row. The log of the workers says what.`);

/** Handlers may let a driver's error through: whether it means an outage is known in one place. */
export function verdictOn(thrown: unknown): Verdict {
  const error = classifyDatabaseError(thrown);
  if (!(error instanceof DomainError)) return { kind: 'unexpected' };
  if (error.kind === 'unavailable') return { kind: 'outage', message: error.message };
  return { kind: 'ended', outcome: failed(error.code, error.message) };
}
