import type { ExecutionContext, PageOf } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { WorkspaceView } from './find-workspace.ts';
import { visibleOf, WorkspaceLists, type VisibleWorkspaces, type RelatedWorkspacesRequest } from './visible-workspaces.ts';

/** Of everything below a workspace, what the caller may see. */
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
  constructor(private readonly lists: WorkspaceLists) {}

  async execute({ input: { visible, ...request } }: ListSubtree): Promise<PageOf<WorkspaceView>> {
    return visibleOf(await this.lists.subtree(request), visible);
  }
}
