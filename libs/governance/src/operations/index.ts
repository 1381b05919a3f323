export { OperationHandler, type OperationRun } from './application/operation-handler.ts';
export { OperationCounts, type OperationCount } from './application/operation-counts.ts';
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
