import type { ExecutionContext, PageOf } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { mustBeInTenant, WorkspaceViews, type WorkspaceView } from './find-workspace.ts';
import { visibleOf, WorkspaceLists, type VisibleWorkspaces, type RelatedWorkspacesRequest } from './visible-workspaces.ts';

/** Of everything below a workspace, what the caller may see. Throws `WorkspaceNotFound`. */
export class ListSubtree extends Query<PageOf<WorkspaceView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: RelatedWorkspacesRequest & { readonly visible: VisibleWorkspaces },
  ) {
    super();
  }
}

@QueryHandler(ListSubtree)
export class ListSubtreeHandler implements IQueryHandler<ListSubtree> {
  constructor(
    private readonly lists: WorkspaceLists,
    private readonly views: WorkspaceViews,
  ) {}

  async execute({ input: { visible, ...request } }: ListSubtree): Promise<PageOf<WorkspaceView>> {
    const page = await visibleOf(await this.lists.subtree(request), visible);
    if (page.rows.length === 0) await mustBeInTenant(this.views, request);
    return page;
  }
}
