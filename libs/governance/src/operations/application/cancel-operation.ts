import { Clock, platformScope, UnitOfWork, type ExecutionContext } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AuditTrail } from '../../audit/index.ts';
import { OperationNotFound } from '../domain/errors.ts';
import { OperationRepository } from '../domain/operation-repository.ts';
import type { OperationId } from '../domain/operation.ts';
import { OperationsBell } from './operations-bell.ts';

/**
 * Ends an operation. At once when no worker is at it; else its worker is asked, and what it did until then stays done.
 *
 * Throws `OperationNotFound`, `OperationEnded`, `VersionMismatch`.
 */
export class CancelOperation extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly operationId: OperationId; readonly expectedVersion?: number },
  ) {
    super();
  }
}

@CommandHandler(CancelOperation)
export class CancelOperationHandler implements ICommandHandler<CancelOperation> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly operations: OperationRepository,
    private readonly trail: AuditTrail,
    private readonly bell: OperationsBell,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { operationId, expectedVersion } }: CancelOperation): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      const operation = await this.operations.lock(tx, operationId);
      if (operation === null) throw new OperationNotFound();
      if (expectedVersion !== undefined) operation.expectVersion(expectedVersion);
      const before = operation.snapshot;
      operation.cancel();
      const after = operation.snapshot;
      if (after.version === before.version) return { version: before.version };
      await this.operations.update(tx, operation, this.clock.now());
      await this.trail.record(tx, context, {
        action: after.state === 'cancelled' ? 'operation.cancelled' : 'operation.cancel_requested',
        target: { type: 'operation', id: operationId },
        tenantId: after.tenantId,
        before: { state: before.state },
        after: { state: after.state },
      });
      tx.afterCommit(() => this.bell.ring());
      return { version: after.version };
    });
  }
}
