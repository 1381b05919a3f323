import type { Actor, Transaction } from '#kernel';
import type { TenantAccess } from '../../tenancy/index.ts';
import { WorkspaceArchived, WorkspaceNotFound } from '../domain/errors.ts';
import { WorkspaceAuthority } from '../domain/workspace-authority.ts';
import type { WorkspaceKey, WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';

/**
 * How a command about the members of a workspace begins: it holds the tenant, holds the tree, locks the workspace, and reads
 * what the actor may do there after that.
 */
export class WorkspaceMemberAccess {
  constructor(
    private readonly tenants: TenantAccess,
    private readonly members: WorkspaceMembershipRepository,
  ) {}

  /** Throws `TenantNotFound`, `TenantSuspended`, `WorkspaceNotFound`, `WorkspaceArchived`. */
  async enter(tx: Transaction, workspace: WorkspaceKey, actor: Actor): Promise<WorkspaceAuthority> {
    // Sent together, run one after the other: the standing is read when the locks have been granted.
    const [, state, standing] = await Promise.all([
      this.tenants.hold(tx, workspace.tenantId, actor),
      this.members.lockWorkspace(tx, workspace),
      actor.kind === 'user' ? this.members.standing(tx, workspace, actor.id) : null,
    ]);
    if (state === null) throw new WorkspaceNotFound();
    const authority = WorkspaceAuthority.of(actor, standing);
    if (state !== 'active') throw new WorkspaceArchived();
    return authority;
  }
}
