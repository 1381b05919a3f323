import { type GroupId, type IdGenerator, type TenantId, type Transaction, type UserId, type WorkspaceId } from '#kernel';
import type { Offboarding, TenantRoots } from '../../tenancy/index.ts';
import { groupSubject, userSubject } from '../domain/member-subject.ts';
import type { WorkspaceKey, WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import type { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { Workspace } from '../domain/workspace.ts';

/** What a tenant's beginning, and the end of what roles rest on, mean for its workspaces. */
export class TenantWorkspaces implements TenantRoots, Offboarding {
  constructor(
    private readonly workspaces: WorkspaceRepository,
    private readonly members: WorkspaceMembershipRepository,
    private readonly ids: IdGenerator,
  ) {}

  async openRoot(tx: Transaction, tenant: { id: TenantId; name: string; ownerId: UserId | null }, at: Date): Promise<WorkspaceId> {
    const { id: tenantId, name, ownerId } = tenant;
    const root = Workspace.openRoot({ id: this.ids.next<WorkspaceId>(), tenantId, name }, at);
    const membership = { tenantId, workspaceId: root.id, role: 'owner' } as const;
    const owner = ownerId === null ? null : WorkspaceMembership.found({ ...membership, userId: ownerId }, at);
    await this.workspaces.create(tx, root, owner);
    return root.id;
  }

  async offboard(tx: Transaction, tenantId: TenantId, userId: UserId, at: Date): Promise<void> {
    await this.endAll(tx, await this.members.lockAllOf(tx, tenantId, userSubject(userId)), at);
  }

  async clearAway(tx: Transaction, limit: number, at: Date): Promise<number> {
    const ended = await this.members.lockAllEnded(tx, limit);
    await this.endAll(tx, ended, at);
    return ended.length;
  }

  /** In the transaction that deletes the group, which it has locked, so that it is given no role meanwhile. */
  async endRolesOfGroup(tx: Transaction, tenantId: TenantId, groupId: GroupId, at: Date): Promise<void> {
    await this.endAll(tx, await this.members.lockAllOf(tx, tenantId, groupSubject(groupId)), at);
  }

  /** In the transaction that deletes the workspace, which it has locked, so that nobody joins meanwhile. */
  async endRolesIn(tx: Transaction, workspace: WorkspaceKey, at: Date): Promise<void> {
    await this.endAll(tx, await this.members.lockAllIn(tx, workspace), at);
  }

  private async endAll(tx: Transaction, memberships: readonly WorkspaceMembership[], at: Date): Promise<void> {
    if (memberships.length === 0) return;
    for (const membership of memberships) membership.end(at);
    await this.members.remove(tx, memberships);
  }
}
