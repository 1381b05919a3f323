import type { ExecutionContext, PageOf, PageRequest, TenantId, WorkspaceId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { mustBeInTenant, WorkspaceViews } from './find-workspace.ts';
import { WorkspaceMemberViews, type WorkspaceMemberView } from './workspace-member-views.ts';

/** Roles held in the workspace itself, not those that come down from above. Throws `WorkspaceNotFound`. */
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
  constructor(
    private readonly members: WorkspaceMemberViews,
    private readonly workspaces: WorkspaceViews,
  ) {}

  async execute({ input: { tenantId, workspaceId, ...page } }: ListWorkspaceMembers): Promise<PageOf<WorkspaceMemberView>> {
    const found = await this.members.members({ tenantId, workspaceId }, page);
    if (found.rows.length === 0) await mustBeInTenant(this.workspaces, { tenantId, workspaceId });
    return found;
  }
}
