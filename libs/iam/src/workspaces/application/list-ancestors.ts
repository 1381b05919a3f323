import type { ExecutionContext, PageOf } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { mustBeInTenant, WorkspaceViews, type WorkspaceView } from './find-workspace.ts';
import { visibleOf, WorkspaceLists, type VisibleWorkspaces, type RelatedWorkspacesRequest } from './visible-workspaces.ts';

/** From the root down to the parent, what the caller may see. Throws `WorkspaceNotFound`. */
export class ListAncestors extends Query<PageOf<WorkspaceView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: RelatedWorkspacesRequest & { readonly visible: VisibleWorkspaces },
  ) {
    super();
  }
}

@QueryHandler(ListAncestors)
export class ListAncestorsHandler implements IQueryHandler<ListAncestors> {
  constructor(
    private readonly lists: WorkspaceLists,
    private readonly views: WorkspaceViews,
  ) {}

  async execute({ input: { visible, ...request } }: ListAncestors): Promise<PageOf<WorkspaceView>> {
    const page = await visibleOf(await this.lists.ancestors(request), visible);
    if (page.rows.length === 0) await mustBeInTenant(this.views, request);
    return page;
  }
}
