import type { PageOf, PageRequest, TenantId, UserId, WorkspaceId } from '#kernel';
import type { WorkspaceView } from './find-workspace.ts';

/**
 * What the caller of one request may see. Asked once a request, with all that the page could show, also when that is nothing: the answer
 * covers the list as well, so that one call of the permission graph decides on both.
 *
 * Throws what refuses the list as a whole, and an error of kind `unavailable` when the graph cannot be asked or not be believed: never an
 * empty list instead.
 */
export abstract class VisibleWorkspaces {
  /** In the order of the ids. */
  abstract among(ids: readonly WorkspaceId[]): Promise<readonly boolean[]>;
}

/** A page of a list, for one caller. */
export interface WorkspaceListRequest extends PageRequest {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  /** Also archived ones. */
  readonly includeArchived: boolean;
}

/** The same below or above one workspace. */
export interface RelatedWorkspacesRequest extends WorkspaceListRequest {
  readonly workspaceId: WorkspaceId;
}

/**
 * Candidates, from rows: at least all that the caller may see of the list, and hardly more. They are narrowed to what the caller's own
 * rows can reach: roles of theirs and of their groups, here or on an ancestor from which roles come down, or a tenant role that sees all.
 *
 * Each is one statement with an upper limit of rows it looks at, so that a page may be short and still not be the last.
 */
export abstract class WorkspaceLists {
  /** Of the whole tenant, in the order of their ids. */
  abstract all(request: WorkspaceListRequest): Promise<PageOf<WorkspaceView>>;

  /** In the order of their ids. */
  abstract children(request: RelatedWorkspacesRequest): Promise<PageOf<WorkspaceView>>;

  /** From the root down, without the workspace itself. */
  abstract ancestors(request: RelatedWorkspacesRequest): Promise<PageOf<WorkspaceView>>;

  /** Everything below, in the order of their ids, without the workspace itself. */
  abstract subtree(request: RelatedWorkspacesRequest): Promise<PageOf<WorkspaceView>>;
}

/** Drops what the caller may not see; where the next page starts stays. */
export async function visibleOf({ rows, next }: PageOf<WorkspaceView>, visible: VisibleWorkspaces): Promise<PageOf<WorkspaceView>> {
  const seen = await visible.among(rows.map(({ id }) => id));
  return { rows: rows.filter((_, nth) => seen[nth] === true), next };
}
