import type { Transaction } from '#kernel';
import { WorkspaceNameTaken } from '../domain/errors.ts';
import type { TreeLimits } from '../domain/tree-limits.ts';
import type { WorkspaceKey } from '../domain/workspace-membership-repository.ts';
import type { WorkspaceMembership } from '../domain/workspace-membership.ts';
import type { WorkspaceRepository } from '../domain/workspace-repository.ts';
import type { Workspace } from '../domain/workspace.ts';

/** Where workspaces stand to each other. Every method works on a tree that the transaction has held or locked. */
export class WorkspaceTree {
  constructor(
    private readonly workspaces: WorkspaceRepository,
    private readonly limits: TreeLimits,
  ) {}

  /** Levels from the root down to the workspace; 0 when there is none. */
  async depthOf(tx: Transaction, { tenantId, workspaceId }: WorkspaceKey): Promise<number> {
    return (await this.workspaces.lineage(tx, tenantId, workspaceId)).length;
  }

  /** Throws `WorkspaceTooDeep`, `WorkspaceNameTaken`, `WorkspaceSlugTaken`. */
  async add(tx: Transaction, child: Workspace, owner: WorkspaceMembership | null, depthOfParent: number): Promise<void> {
    this.limits.mustHold(depthOfParent + 1);
    await this.workspaces.create(tx, child, owner);
  }

  /**
   * The whole branch changes place by one row. Throws `RootWorkspaceStays`, `WorkspaceArchived`, `WorkspaceMovedIntoItself`,
   * `WorkspaceTooDeep`, `WorkspaceNameTaken`.
   */
  async move(tx: Transaction, workspace: Workspace, parent: Workspace, at: Date): Promise<void> {
    const { tenantId } = workspace.snapshot;
    const [lineage, height] = await Promise.all([
      this.workspaces.lineage(tx, tenantId, parent.id),
      this.workspaces.height(tx, tenantId, workspace.id),
    ]);
    workspace.moveBelow(parent, lineage, at);
    this.limits.mustHold(lineage.length + height);
    await this.workspaces.update(tx, workspace).catch((error: unknown) => {
      throw error instanceof WorkspaceNameTaken ? new WorkspaceNameTaken('/parent_id') : error;
    });
  }
}
