import type { ExecutionContext, PageOf, PageRequest } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { OperationViews, type OperationFilter, type OperationView } from './operation-views.ts';

/** Operations of the platform and of every tenant, newest first. */
export class ListOperations extends Query<PageOf<OperationView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest & OperationFilter,
  ) {
    super();
  }
}

@QueryHandler(ListOperations)
export class ListOperationsHandler implements IQueryHandler<ListOperations> {
  constructor(private readonly views: OperationViews) {}

  async execute({ input }: ListOperations): Promise<PageOf<OperationView>> {
    return this.views.operations(input);
  }
}
