import type { TenantId, Transaction, WorkspaceId } from '#kernel';
import type { WorkspaceMembership } from './workspace-membership.ts';
import type { Workspace } from './workspace.ts';

/**
 * The trees of workspaces, inside a transaction. Two locks keep a tree whole: whatever changes its shape (a move, an
 * archival, a deletion, inheritance) locks the tree, and goes alone; whatever adds to it holds the tree, and goes beside
 * its like. Either comes before any other workspace. Each method is one statement.
 */
export abstract class WorkspaceRepository {
  /** A workspace made in this transaction, with its owner, who must be a member of the tenant. Throws `WorkspaceNameTaken`, `WorkspaceSlugTaken`. */
  abstract create(tx: Transaction, workspace: Workspace, owner: WorkspaceMembership | null): Promise<void>;

  /** Until the transaction ends nobody changes the shape of the tree. */
  abstract holdTree(tx: Transaction, tenantId: TenantId): Promise<void>;

  /** Until the transaction ends nobody else changes the shape of the tree, or adds to it. */
  abstract lockTree(tx: Transaction, tenantId: TenantId): Promise<void>;

  /** Not locked: enough for what only changes with the tree, once that is held or locked. */
  abstract find(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null>;

  /** Nobody changes it until the transaction ends; others may hold it too. */
  abstract hold(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null>;

  abstract lock(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null>;

  /** The workspace, and what is active below it, locked in the order of their ids. Empty when there is no such workspace. */
  abstract lockBranch(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<readonly Workspace[]>;

  /** The workspace and its ancestors, upwards: as many as its depth. Empty when there is no such workspace. */
  abstract lineage(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<readonly WorkspaceId[]>;

  /** Levels of the branch that begins with the workspace: 1 for a leaf. */
  abstract height(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<number>;

  /** Archived ones count too. */
  abstract hasChildren(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<boolean>;

  /** Ones that this transaction locked. Throws `WorkspaceNameTaken`, `WorkspaceSlugTaken`. */
  abstract update(tx: Transaction, ...workspaces: readonly Workspace[]): Promise<void>;

  /** One that this transaction locked, without children, members taken out before. */
  abstract remove(tx: Transaction, workspace: Workspace): Promise<void>;
}
