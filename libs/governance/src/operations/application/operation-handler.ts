import type { Json, JsonObject, OperationId, OperationProgress } from '../domain/operation.ts';

/** One run of an operation, in a worker. After a crash another worker runs it again, from the last checkpoint. */
export interface OperationRun {
  readonly id: OperationId;
  readonly input: JsonObject;
  /** What the run before left; null on the first. */
  readonly checkpoint: Json;
  /** Aborts when somebody cancels, when the worker stops and when it lost the operation to another: end soon, by throwing `signal.reason`. */
  readonly signal: AbortSignal;
  /**
   * Stores how far it is and where to go on, in one statement of its own, fenced: throws when this worker lost the operation. Cheap to call;
   * progress without a new checkpoint is written at most twice a second.
   */
  report(progress: OperationProgress, checkpoint?: Json): Promise<void>;
}

/** Does one kind of operation. Every step must bear being done twice: a crash comes between a step and its checkpoint. */
export abstract class OperationHandler {
  abstract readonly kind: string;
  /**
   * Resolves with the result that is stored and shown. A `DomainError` that is thrown fails the operation with its code and message;
   * an outage (`unavailable`) and anything unexpected is tried again from the checkpoint, for ever the first, a few times the second.
   * `OperationWaits` gives the worker's place to others for a few seconds: whatever may stand still for hours throws it.
   */
  abstract run(run: OperationRun): Promise<JsonObject>;
}
