import type { ExecutionContext, GroupId, PageOf, PageRequest, TenantId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GroupViews, type GroupMemberView } from './group-views.ts';

export class ListGroupMembers extends Query<PageOf<GroupMemberView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest & { readonly tenantId: TenantId; readonly groupId: GroupId },
  ) {
    super();
  }
}

@QueryHandler(ListGroupMembers)
export class ListGroupMembersHandler implements IQueryHandler<ListGroupMembers> {
  constructor(private readonly views: GroupViews) {}

  async execute({ input: { tenantId, groupId, ...page } }: ListGroupMembers): Promise<PageOf<GroupMemberView>> {
    return this.views.members(tenantId, groupId, page);
  }
}
