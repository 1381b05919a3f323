import type { ExecutionContext, PageOf } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { WorkspaceView } from './find-workspace.ts';
import { visibleOf, WorkspaceLists, type VisibleWorkspaces, type WorkspaceListRequest } from './visible-workspaces.ts';

/** What the caller may see of the whole tenant. */
export class ListWorkspaces extends Query<PageOf<WorkspaceView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: WorkspaceListRequest & { readonly visible: VisibleWorkspaces },
  ) {
    super();
  }
}

@QueryHandler(ListWorkspaces)
export class ListWorkspacesHandler implements IQueryHandler<ListWorkspaces> {
  constructor(private readonly lists: WorkspaceLists) {}

  async execute({ input: { visible, ...request } }: ListWorkspaces): Promise<PageOf<WorkspaceView>> {
    return visibleOf(await this.lists.all(request), visible);
  }
}
