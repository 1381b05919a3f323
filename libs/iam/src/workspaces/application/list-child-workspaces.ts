import type { ExecutionContext, PageOf } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { WorkspaceView } from './find-workspace.ts';
import { visibleOf, WorkspaceLists, type VisibleWorkspaces, type RelatedWorkspacesRequest } from './visible-workspaces.ts';

/** Of the workspaces directly below one, what the caller may see. */
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
  constructor(private readonly lists: WorkspaceLists) {}

  async execute({ input: { visible, ...request } }: ListChildWorkspaces): Promise<PageOf<WorkspaceView>> {
    return visibleOf(await this.lists.children(request), visible);
  }
}
