import type { ExecutionContext, Transaction } from '#kernel';
import type { OperationId, OperationRequest } from '../domain/operation.ts';

/** How other modules ask for long work. */
export abstract class Operations {
  /**
   * Stores the operation and its audit entry (`operation.requested`) in the transaction. A worker begins within a second or two of the commit.
   * Throws `OperationInProgress` (conflict) when one with the same `exclusive` is pending or running.
   */
  abstract request(tx: Transaction, context: ExecutionContext, request: OperationRequest): Promise<{ id: OperationId; version: number }>;
}
