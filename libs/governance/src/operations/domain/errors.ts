import { DomainError } from '#kernel';
import type { OperationId } from './operation.ts';

export class OperationNotFound extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'operation_not_found';

  constructor() {
    super('There is no such operation.');
  }
}

/** Another one that excludes it is pending or running. */
export class OperationInProgress extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'operation_in_progress';

  /** `running` is null when it ended while this was found out. */
  constructor(readonly running: OperationId | null) {
    super(
      running === null ? 'Another operation like this one is under way.' : `Operation ${running} is under way; wait for it or cancel it.`,
    );
  }
}

/** It succeeded, failed or was cancelled: nothing is left to cancel. */
export class OperationEnded extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'operation_ended';

  constructor() {
    super('The operation has ended.');
  }
}

/** Only what failed or was cancelled is done again. */
export class OperationNotRetryable extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'operation_not_retryable';

  constructor() {
    super('Only an operation that failed or was cancelled can be retried.');
  }
}
