import type { ExecutionContext } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { OperationNotFound } from '../domain/errors.ts';
import type { OperationId } from '../domain/operation.ts';
import { OperationViews, type OperationView } from './operation-views.ts';

/** Throws `OperationNotFound`. */
export class FindOperation extends Query<OperationView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly operationId: OperationId },
  ) {
    super();
  }
}

@QueryHandler(FindOperation)
export class FindOperationHandler implements IQueryHandler<FindOperation> {
  constructor(private readonly views: OperationViews) {}

  async execute({ input }: FindOperation): Promise<OperationView> {
    const operation = await this.views.operation(input.operationId);
    if (operation === null) throw new OperationNotFound();
    return operation;
  }
}
