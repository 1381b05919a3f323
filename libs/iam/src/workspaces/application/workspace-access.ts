import type { Actor, TenantId, Transaction } from '#kernel';
import type { TenantAccess } from '../../tenancy/index.ts';
import { WorkspaceNotFound, WorkspaceRoleTooLow } from '../domain/errors.ts';
import { WorkspaceAuthority, type WorkspaceStanding } from '../domain/workspace-authority.ts';
import type { WorkspaceKey, WorkspaceMembershipRepository } from '../domain/workspace-membership-repository.ts';
import type { WorkspaceRepository } from '../domain/workspace-repository.ts';
import type { Workspace } from '../domain/workspace.ts';

/** A workspace that the transaction may rest on, and what the actor may do in it, read after that. */
export interface EnteredWorkspace {
  readonly workspace: Workspace;
  readonly authority: WorkspaceAuthority;
}

/** The same, with every active workspace below it. */
export interface EnteredBranch extends EnteredWorkspace {
  readonly below: readonly Workspace[];
}

/**
 * How a command on the tree begins: the tenant is held, then the tree, then the workspace. Statements are sent together and
 * run one after the other, so each sees what the locks before it waited for. All throw `TenantNotFound`, `TenantSuspended`
 * and, for a workspace that is absent or that the actor may not see, `WorkspaceNotFound`.
 */
export class WorkspaceAccess {
  constructor(
    private readonly tenants: TenantAccess,
    private readonly workspaces: WorkspaceRepository,
    private readonly members: WorkspaceMembershipRepository,
  ) {}

  /** For changing what the workspace is called: nothing around it matters. */
  async toChange(tx: Transaction, at: WorkspaceKey, actor: Actor): Promise<EnteredWorkspace> {
    const [, workspace, standing] = await Promise.all([
      this.tenants.hold(tx, at.tenantId, actor),
      this.workspaces.lock(tx, at.tenantId, at.workspaceId),
      this.standing(tx, at, actor),
    ]);
    return enter(actor, workspace, standing);
  }

  /** For adding to the tree below the workspace, beside others who do the same. */
  async toAddBelow(tx: Transaction, at: WorkspaceKey, actor: Actor): Promise<EnteredWorkspace> {
    const [, , workspace, standing] = await Promise.all([
      this.tenants.hold(tx, at.tenantId, actor),
      this.workspaces.holdTree(tx, at.tenantId),
      this.workspaces.hold(tx, at.tenantId, at.workspaceId),
      this.standing(tx, at, actor),
    ]);
    return enter(actor, workspace, standing);
  }

  /** For changing the shape of the tree, one command at a time. */
  async toReshape(tx: Transaction, at: WorkspaceKey, actor: Actor): Promise<EnteredWorkspace> {
    const [, , workspace, standing] = await Promise.all([
      this.tenants.hold(tx, at.tenantId, actor),
      this.workspaces.lockTree(tx, at.tenantId),
      this.workspaces.lock(tx, at.tenantId, at.workspaceId),
      this.standing(tx, at, actor),
    ]);
    return enter(actor, workspace, standing);
  }

  /** The same for a change that reaches everything active below the workspace. */
  async toReshapeBranch(tx: Transaction, at: WorkspaceKey, actor: Actor): Promise<EnteredBranch> {
    const [, , branch, standing] = await Promise.all([
      this.tenants.hold(tx, at.tenantId, actor),
      this.workspaces.lockTree(tx, at.tenantId),
      this.workspaces.lockBranch(tx, at.tenantId, at.workspaceId),
      this.standing(tx, at, actor),
    ]);
    const workspace = branch.find(({ id }) => id === at.workspaceId) ?? null;
    return { ...enter(actor, workspace, standing), below: branch.filter(({ id }) => id !== at.workspaceId) };
  }

  /** A second workspace of a command that reshapes the tree: under that lock it stays as it is. */
  async also(tx: Transaction, at: WorkspaceKey, actor: Actor): Promise<EnteredWorkspace> {
    const [workspace, standing] = await Promise.all([this.workspaces.find(tx, at.tenantId, at.workspaceId), this.standing(tx, at, actor)]);
    return enter(actor, workspace, standing);
  }

  /** Of workspaces under a lock that reshapes the tree. Says nothing of which is not owned, for the actor may not see it. Throws `WorkspaceRoleTooLow`. */
  async mustOwnEach(tx: Transaction, tenantId: TenantId, workspaces: readonly Workspace[], actor: Actor): Promise<void> {
    for (const { id: workspaceId } of workspaces) {
      const standing = await this.standing(tx, { tenantId, workspaceId }, actor);
      if (!WorkspaceAuthority.owns(actor, standing)) throw new WorkspaceRoleTooLow();
      if (standing?.inTenant?.role === 'admin') return; // who owns them all
    }
  }

  private async standing(tx: Transaction, at: WorkspaceKey, actor: Actor): Promise<WorkspaceStanding | null> {
    return actor.kind === 'user' ? this.members.standing(tx, at, actor.id) : null;
  }
}

function enter(actor: Actor, workspace: Workspace | null, standing: WorkspaceStanding | null): EnteredWorkspace {
  if (workspace === null) throw new WorkspaceNotFound();
  return { workspace, authority: WorkspaceAuthority.of(actor, standing) };
}
