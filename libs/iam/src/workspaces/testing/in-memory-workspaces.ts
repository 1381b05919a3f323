import type { Transaction } from '#kernel';
import { InMemoryTable, type Restorable } from '#kernel/testing';
import type { WorkspaceMembership, WorkspaceMembershipSnapshot } from '../domain/workspace-membership.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import type { Workspace, WorkspaceSnapshot } from '../domain/workspace.ts';
import { InMemoryWorkspaceMembers } from './in-memory-workspace-members.ts';

/** The tables of this module. */
export class InMemoryWorkspaces implements Restorable {
  readonly workspaces = new InMemoryTable<WorkspaceSnapshot>();
  readonly members = new InMemoryWorkspaceMembers();

  remember(): () => void {
    const undo = [this.workspaces, this.members].map((table) => table.remember());
    return () => undo.forEach((bringBack) => bringBack());
  }

  /** Gives a user or a group a role in a workspace, as it would be there from before. */
  hold(membership: WorkspaceMembershipSnapshot): void {
    this.members.hold(membership);
  }
}

export class FakeWorkspaceRepository extends WorkspaceRepository {
  constructor(private readonly rows: InMemoryWorkspaces) {
    super();
  }

  override async createRoot(tx: Transaction, root: Workspace, owner: WorkspaceMembership | null): Promise<void> {
    this.rows.workspaces.put(root.id, root.snapshot);
    tx.collect(root);
    if (owner === null) return;
    this.rows.hold(owner.snapshot);
    tx.collect(owner);
  }
}
