import type { ExecutionContext, PageOf, PageRequest, TenantId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TenantViews, type TenantMemberView } from './tenant-views.ts';

export class ListTenantMembers extends Query<PageOf<TenantMemberView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest & { readonly tenantId: TenantId },
  ) {
    super();
  }
}

@QueryHandler(ListTenantMembers)
export class ListTenantMembersHandler implements IQueryHandler<ListTenantMembers> {
  constructor(private readonly views: TenantViews) {}

  async execute({ input: { tenantId, ...page } }: ListTenantMembers): Promise<PageOf<TenantMemberView>> {
    return this.views.members(tenantId, page);
  }
}
