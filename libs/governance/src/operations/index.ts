// Commands
export { CancelOperation } from './application/cancel-operation.ts';
export { RetryOperation } from './application/retry-operation.ts';

// Queries
export { FindOperation } from './application/find-operation.ts';
export { ListOperations } from './application/list-operations.ts';
export type { OperationView } from './application/operation-views.ts';

// Errors
export * from './domain/errors.ts';

// How other modules ask for long work, and do it
export { OperationHandler, type OperationRun } from './application/operation-handler.ts';
export { OperationCounts, type OperationCount } from './application/operation-counts.ts';
export { OperationCancelled, OperationWaits } from './application/run-ends.ts';
export { Operations } from './application/operations.ts';
export {
  OPERATION_STATES,
  type Json,
  type JsonObject,
  type OperationId,
  type OperationProgress,
  type OperationRequest,
  type OperationState,
} from './domain/operation.ts';
