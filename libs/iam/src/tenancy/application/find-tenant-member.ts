import type { ExecutionContext, TenantId, UserId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { MemberNotFound } from '../domain/errors.ts';
import { TenantViews, type TenantMemberView } from './tenant-views.ts';

/** Throws `MemberNotFound`. */
export class FindTenantMember extends Query<TenantMemberView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly userId: UserId },
  ) {
    super();
  }
}

@QueryHandler(FindTenantMember)
export class FindTenantMemberHandler implements IQueryHandler<FindTenantMember> {
  constructor(private readonly views: TenantViews) {}

  async execute({ input: { tenantId, userId } }: FindTenantMember): Promise<TenantMemberView> {
    const member = await this.views.member(tenantId, userId);
    if (member === null) throw new MemberNotFound();
    return member;
  }
}
