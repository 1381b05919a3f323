import type { ExecutionContext, PageOf, PageRequest } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { IdentityViews, type PlatformAdminView } from './identity-views.ts';

export class ListPlatformAdmins extends Query<PageOf<PlatformAdminView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(ListPlatformAdmins)
export class ListPlatformAdminsHandler implements IQueryHandler<ListPlatformAdmins> {
  constructor(private readonly views: IdentityViews) {}

  async execute({ input }: ListPlatformAdmins): Promise<PageOf<PlatformAdminView>> {
    return this.views.platformAdmins(input);
  }
}
