import type { TenantId, Transaction, WorkspaceId } from '#kernel';
import { InMemoryTable, type Restorable } from '#kernel/testing';
import { WorkspaceHasChildren, WorkspaceNameTaken, WorkspaceSlugTaken } from '../domain/errors.ts';
import type { WorkspaceMembership, WorkspaceMembershipSnapshot } from '../domain/workspace-membership.ts';
import { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { Workspace, type WorkspaceSnapshot } from '../domain/workspace.ts';
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

const inLowerCase = (name: string) => name.toLowerCase();

export class FakeWorkspaceRepository extends WorkspaceRepository {
  constructor(private readonly rows: InMemoryWorkspaces) {
    super();
  }

  override async create(tx: Transaction, workspace: Workspace, owner: WorkspaceMembership | null): Promise<void> {
    await this.update(tx, workspace);
    if (owner === null) return;
    this.rows.hold(owner.snapshot);
    tx.collect(owner);
  }

  override async holdTree(): Promise<void> {
    // One transaction after the other: there is nobody to wait for.
  }

  override async lockTree(): Promise<void> {
    // As above.
  }

  override async find(_tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null> {
    const row = this.rowOf(tenantId, id);
    return row === undefined ? null : Workspace.rehydrate(row);
  }

  override hold(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null> {
    return this.find(tx, tenantId, id);
  }

  override lock(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<Workspace | null> {
    return this.find(tx, tenantId, id);
  }

  override async lockBranch(_tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<readonly Workspace[]> {
    const active = (row: WorkspaceSnapshot): WorkspaceSnapshot[] => [
      row,
      ...this.childrenOf(row.id).flatMap((child) => (child.state === 'active' ? active(child) : [])),
    ];
    const row = this.rowOf(tenantId, id);
    const branch = row === undefined ? [] : active(row);
    return branch.sort((one, other) => (one.id < other.id ? -1 : 1)).map((each) => Workspace.rehydrate(each));
  }

  override async lineage(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<readonly WorkspaceId[]> {
    const row = this.rowOf(tenantId, id);
    if (row === undefined) return [];
    return [id, ...(row.parentId === null ? [] : await this.lineage(tx, tenantId, row.parentId))];
  }

  override async height(tx: Transaction, tenantId: TenantId, id: WorkspaceId): Promise<number> {
    if (this.rowOf(tenantId, id) === undefined) return 0;
    const below = await Promise.all(this.childrenOf(id).map((child) => this.height(tx, tenantId, child.id)));
    return 1 + Math.max(0, ...below);
  }

  override async hasChildren(_tx: Transaction, _tenantId: TenantId, id: WorkspaceId): Promise<boolean> {
    return this.childrenOf(id).length > 0;
  }

  override async update(tx: Transaction, ...workspaces: readonly Workspace[]): Promise<void> {
    for (const workspace of workspaces) {
      this.mustBeUnique(workspace.snapshot);
      this.rows.workspaces.put(workspace.id, workspace.snapshot);
      tx.collect(workspace);
    }
  }

  override async remove(tx: Transaction, workspace: Workspace): Promise<void> {
    if (this.childrenOf(workspace.id).length > 0) throw new WorkspaceHasChildren();
    this.rows.workspaces.delete(workspace.id);
    tx.collect(workspace);
  }

  private rowOf(tenantId: TenantId, id: WorkspaceId): WorkspaceSnapshot | undefined {
    const row = this.rows.workspaces.get(id);
    return row?.tenantId === tenantId ? row : undefined;
  }

  private childrenOf(id: WorkspaceId): readonly WorkspaceSnapshot[] {
    return this.rows.workspaces.all().filter(({ parentId }) => parentId === id);
  }

  private mustBeUnique({ id, tenantId, parentId, name, slug }: WorkspaceSnapshot): void {
    const others = this.rows.workspaces.all().filter((row) => row.id !== id && row.tenantId === tenantId);
    if (others.some((row) => row.slug === slug)) throw new WorkspaceSlugTaken();
    const siblings = others.filter((row) => parentId !== null && row.parentId === parentId);
    if (siblings.some((row) => inLowerCase(row.name) === inLowerCase(name))) throw new WorkspaceNameTaken();
  }
}
