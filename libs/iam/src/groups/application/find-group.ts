import type { ExecutionContext, GroupId, TenantId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { GroupNotFound } from '../domain/errors.ts';
import { GroupViews, type GroupView } from './group-views.ts';

/** Throws `GroupNotFound`, also for a group of another tenant. */
export class FindGroup extends Query<GroupView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly groupId: GroupId },
  ) {
    super();
  }
}

@QueryHandler(FindGroup)
export class FindGroupHandler implements IQueryHandler<FindGroup> {
  constructor(private readonly views: GroupViews) {}

  async execute({ input: { tenantId, groupId } }: FindGroup): Promise<GroupView> {
    const group = await this.views.group(tenantId, groupId);
    if (group === null) throw new GroupNotFound();
    return group;
  }
}
