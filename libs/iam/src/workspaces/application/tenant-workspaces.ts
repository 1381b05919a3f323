import { type IdGenerator, type TenantId, type Transaction, type UserId, type WorkspaceId } from '#kernel';
import type { Offboarding, TenantRoots } from '../../tenancy/index.ts';
import { WorkspaceMembership } from '../domain/workspace-membership.ts';
import type { WorkspaceRepository } from '../domain/workspace-repository.ts';
import { Workspace } from '../domain/workspace.ts';

/** What a tenant's beginning, and the end of a membership in it, mean for its workspaces. */
export class TenantWorkspaces implements TenantRoots, Offboarding {
  constructor(
    private readonly workspaces: WorkspaceRepository,
    private readonly ids: IdGenerator,
  ) {}

  async openRoot(tx: Transaction, tenant: { id: TenantId; name: string; ownerId: UserId | null }, at: Date): Promise<WorkspaceId> {
    const { id: tenantId, name, ownerId } = tenant;
    const root = Workspace.openRoot({ id: this.ids.next<WorkspaceId>(), tenantId, name }, at);
    const membership = { tenantId, workspaceId: root.id, role: 'owner' } as const;
    const owner = ownerId === null ? null : WorkspaceMembership.found({ ...membership, userId: ownerId }, at);
    await this.workspaces.createRoot(tx, root, owner);
    return root.id;
  }

  async offboard(tx: Transaction, tenantId: TenantId, userId: UserId, at: Date): Promise<void> {
    const memberships = await this.workspaces.lockMembershipsOf(tx, tenantId, userId);
    if (memberships.length === 0) return;
    for (const membership of memberships) membership.offboard(at);
    await this.workspaces.removeMemberships(tx, memberships);
  }
}
