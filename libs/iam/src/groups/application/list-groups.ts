import type { ExecutionContext, PageOf, PageRequest, TenantId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GroupViews, type GroupView } from './group-views.ts';

/** Those the acting user is in; for operators and admins of the tenant all of them. */
export class ListGroups extends Query<PageOf<GroupView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest & { readonly tenantId: TenantId },
  ) {
    super();
  }
}

@QueryHandler(ListGroups)
export class ListGroupsHandler implements IQueryHandler<ListGroups> {
  constructor(private readonly views: GroupViews) {}

  async execute({ context: { actor }, input: { tenantId, ...page } }: ListGroups): Promise<PageOf<GroupView>> {
    return this.views.groups(tenantId, actor.kind === 'user' ? { ...page, viewerId: actor.id } : page);
  }
}
