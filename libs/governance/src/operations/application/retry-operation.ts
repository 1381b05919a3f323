import { platformScope, UnitOfWork, type ExecutionContext } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { OperationInProgress, OperationNotFound } from '../domain/errors.ts';
import { OperationRepository } from '../domain/operation-repository.ts';
import type { OperationId } from '../domain/operation.ts';
import { RecordedOperations } from './recorded-operations.ts';

/**
 * Asks again for what failed or was cancelled: a new operation with the same input, which goes on where the old one stood.
 *
 * Throws `OperationNotFound`, `OperationNotRetryable`, `OperationInProgress`, `VersionMismatch`.
 */
export class RetryOperation extends Command<{ id: OperationId; version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly operationId: OperationId; readonly expectedVersion?: number },
  ) {
    super();
  }
}

@CommandHandler(RetryOperation)
export class RetryOperationHandler implements ICommandHandler<RetryOperation> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly repository: OperationRepository,
    private readonly operations: RecordedOperations,
  ) {}

  async execute({ context, input: { operationId, expectedVersion } }: RetryOperation): Promise<{ id: OperationId; version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      const operation = await this.repository.lock(tx, operationId);
      if (operation === null) throw new OperationNotFound();
      if (expectedVersion !== undefined) operation.expectVersion(expectedVersion);
      operation.mustBeRetryable();
      // The old one is locked: of two retries at once the second finds the first.
      const open = await this.repository.openRetryOf(tx, operationId);
      if (open !== null) throw new OperationInProgress(open);
      return this.operations.again(tx, context, operation.snapshot);
    });
  }
}
