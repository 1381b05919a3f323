import type { ExecutionContext, PageOf, PageRequest } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { AuditViews, type AuditEntryView, type AuditFilter } from './audit-views.ts';

/** Who did what, in the platform and in every tenant, newest first. */
export class ListAuditEntries extends Query<PageOf<AuditEntryView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest & AuditFilter,
  ) {
    super();
  }
}

@QueryHandler(ListAuditEntries)
export class ListAuditEntriesHandler implements IQueryHandler<ListAuditEntries> {
  constructor(private readonly views: AuditViews) {}

  async execute({ input }: ListAuditEntries): Promise<PageOf<AuditEntryView>> {
    return this.views.entries(input);
  }
}
