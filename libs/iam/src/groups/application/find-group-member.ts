import type { ExecutionContext, GroupId, TenantId, UserId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GroupMemberNotFound, GroupNotFound } from '../domain/errors.ts';
import { GroupViews, type GroupMemberView } from './group-views.ts';

/** Throws `GroupNotFound`, also for a group of another tenant that the caller is in as well, and `GroupMemberNotFound`. */
export class FindGroupMember extends Query<GroupMemberView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly groupId: GroupId; readonly userId: UserId },
  ) {
    super();
  }
}

@QueryHandler(FindGroupMember)
export class FindGroupMemberHandler implements IQueryHandler<FindGroupMember> {
  constructor(private readonly views: GroupViews) {}

  async execute({ input: { tenantId, groupId, userId } }: FindGroupMember): Promise<GroupMemberView> {
    const member = await this.views.member(tenantId, groupId, userId);
    if (member !== null) return member;
    throw (await this.views.group(tenantId, groupId)) === null ? new GroupNotFound() : new GroupMemberNotFound();
  }
}
