import type { ExecutionContext, PageOf, PageRequest, TenantId, WorkspaceId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { WorkspaceMemberViews, type WorkspaceMemberView } from './workspace-member-views.ts';

/** Roles held in the workspace itself, not those that come down from above. */
export class ListWorkspaceMembers extends Query<PageOf<WorkspaceMemberView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest & { readonly tenantId: TenantId; readonly workspaceId: WorkspaceId },
  ) {
    super();
  }
}

@QueryHandler(ListWorkspaceMembers)
export class ListWorkspaceMembersHandler implements IQueryHandler<ListWorkspaceMembers> {
  constructor(private readonly views: WorkspaceMemberViews) {}

  async execute({ input: { tenantId, workspaceId, ...page } }: ListWorkspaceMembers): Promise<PageOf<WorkspaceMemberView>> {
    return this.views.members({ tenantId, workspaceId }, page);
  }
}
