import type { ExecutionContext } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { TenantNotFound } from '../domain/errors.ts';
import { TenantViews, type TenantView } from './tenant-views.ts';

/** By id or slug. Throws `TenantNotFound`. */
export class FindTenant extends Query<TenantView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenant: string },
  ) {
    super();
  }
}

@QueryHandler(FindTenant)
export class FindTenantHandler implements IQueryHandler<FindTenant> {
  constructor(private readonly views: TenantViews) {}

  async execute({ input }: FindTenant): Promise<TenantView> {
    const tenant = await this.views.tenant(input.tenant);
    if (tenant === null) throw new TenantNotFound();
    return tenant;
  }
}
