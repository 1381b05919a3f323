import type { TenantId, Transaction, UserId } from '#kernel';
import { InMemoryTable, type Restorable } from '#kernel/testing';
import { WorkspaceMembership, type WorkspaceMembershipSnapshot } from '../domain/workspace-membership.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import type { Workspace, WorkspaceSnapshot } from '../domain/workspace.ts';

const keyOf = ({ workspaceId, userId }: WorkspaceMembershipSnapshot) => `${workspaceId}:${userId}`;

/** The tables of this module. */
export class InMemoryWorkspaces implements Restorable {
  readonly workspaces = new InMemoryTable<WorkspaceSnapshot>();
  readonly members = new InMemoryTable<WorkspaceMembershipSnapshot>();
  readonly removed = new InMemoryTable<number>();

  remember(): () => void {
    const undo = [this.workspaces, this.members, this.removed].map((table) => table.remember());
    return () => undo.forEach((bringBack) => bringBack());
  }

  /** Gives a user a role in a workspace, as it would be there from before. */
  hold(membership: WorkspaceMembershipSnapshot): void {
    this.members.put(keyOf(membership), membership);
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

  override async lockMembershipsOf(_tx: Transaction, tenant: TenantId, user: UserId): Promise<readonly WorkspaceMembership[]> {
    const held = this.rows.members.all().filter(({ tenantId, userId }) => tenantId === tenant && userId === user);
    return held.map((row) => WorkspaceMembership.rehydrate(row));
  }

  override async removeMemberships(tx: Transaction, memberships: readonly WorkspaceMembership[]): Promise<void> {
    for (const membership of memberships) {
      const key = keyOf(membership.snapshot);
      this.rows.members.delete(key);
      this.rows.removed.put(key, membership.version);
      tx.collect(membership);
    }
  }
}
