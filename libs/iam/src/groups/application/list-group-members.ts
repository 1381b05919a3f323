import type { ExecutionContext, GroupId, PageOf, PageRequest, TenantId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GroupNotFound } from '../domain/errors.ts';
import { GroupViews, type GroupMemberView } from './group-views.ts';

/** Throws `GroupNotFound`, also for a group of another tenant that the caller is in as well. */
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
    const found = await this.views.members(tenantId, groupId, page);
    if (found.rows.length === 0 && (await this.views.group(tenantId, groupId)) === null) throw new GroupNotFound();
    return found;
  }
}
