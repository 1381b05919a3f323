import type { Json, JsonObject, OperationId, OperationProgress } from '../domain/operation.ts';

export interface ClaimedOperation {
  readonly id: OperationId;
  readonly kind: string;
  readonly input: JsonObject;
  readonly checkpoint: Json;
  readonly progress: OperationProgress;
  /** Somebody cancelled it while nobody was at it. */
  readonly cancelRequested: boolean;
  /** This one included, since it last got on. */
  readonly attempts: number;
}

export type OperationOutcome =
  | { readonly state: 'succeeded'; readonly result: JsonObject }
  | { readonly state: 'failed'; readonly failure: { readonly code: string; readonly message: string } }
  | { readonly state: 'cancelled' };

/** One claim: `runner` is a name that no other claim ever had, so that a worker which lost an operation and took it again is told apart too. */
export interface Hold {
  readonly runner: string;
  readonly id: OperationId;
}

/** Milliseconds for which a worker has an operation after it last said so; then another may take it. */
export const leaseMs = 10_000;

/**
 * Operations as those see them who do them. Every statement about a hold is fenced: once another took the operation, or it ended, it changes
 * nothing and answers null or false. Throws `DatabaseUnavailable`; everything may be tried again.
 */
export abstract class OperationQueue {
  /** The oldest of these kinds that nobody is at, without those in `except`. Two callers never get the same one. */
  abstract claim(runner: string, kinds: readonly string[], except: readonly OperationId[]): Promise<ClaimedOperation | null>;

  /** Keeps it for another lease. */
  abstract renew(hold: Hold): Promise<{ readonly cancelRequested: boolean } | null>;

  /** Stores progress, and with a checkpoint also that it got on; keeps it for another lease. Without a checkpoint the stored one stays. */
  abstract report(hold: Hold, progress: OperationProgress, checkpoint?: Json): Promise<{ readonly cancelRequested: boolean } | null>;

  /** It begins once more. Answers which attempt that is. */
  abstract again(hold: Hold, progress: OperationProgress): Promise<number | null>;

  /** Lets go of it, so that whoever looks next, or looks after so many milliseconds, goes on; the attempt does not count. Other workers are called. */
  abstract giveBack(hold: Hold, progress: OperationProgress, restMs?: number): Promise<boolean>;

  abstract end(hold: Hold, progress: OperationProgress, outcome: OperationOutcome): Promise<boolean>;
}
