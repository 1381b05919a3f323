import type { ExecutionContext, PageOf, PageRequest, UserId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TenantViews, type TenantView } from './tenant-views.ts';

/** The tenants of one user; without `memberId` every tenant, which is for platform admins. */
export class ListTenants extends Query<PageOf<TenantView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest & { readonly memberId?: UserId },
  ) {
    super();
  }
}

@QueryHandler(ListTenants)
export class ListTenantsHandler implements IQueryHandler<ListTenants> {
  constructor(private readonly views: TenantViews) {}

  async execute({ input }: ListTenants): Promise<PageOf<TenantView>> {
    return this.views.tenants(input);
  }
}
