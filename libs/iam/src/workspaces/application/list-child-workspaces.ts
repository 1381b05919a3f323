import type { ExecutionContext, PageOf } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { mustBeInTenant, WorkspaceViews, type WorkspaceView } from './find-workspace.ts';
import { visibleOf, WorkspaceLists, type VisibleWorkspaces, type RelatedWorkspacesRequest } from './visible-workspaces.ts';

/** Of the workspaces directly below one, what the caller may see. Throws `WorkspaceNotFound`. */
export class ListChildWorkspaces extends Query<PageOf<WorkspaceView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: RelatedWorkspacesRequest & { readonly visible: VisibleWorkspaces },
  ) {
    super();
  }
}

@QueryHandler(ListChildWorkspaces)
export class ListChildWorkspacesHandler implements IQueryHandler<ListChildWorkspaces> {
  constructor(
    private readonly lists: WorkspaceLists,
    private readonly views: WorkspaceViews,
  ) {}

  async execute({ input: { visible, ...request } }: ListChildWorkspaces): Promise<PageOf<WorkspaceView>> {
    const page = await visibleOf(await this.lists.children(request), visible);
    if (page.rows.length === 0) await mustBeInTenant(this.views, request);
    return page;
  }
}
