import type { Actor } from '#kernel';
import { WorkspaceNotFound, WorkspaceRoleTooLow } from './errors.ts';
import { isWorkspaceRole, outranks, type WorkspaceRole } from './workspace-role.ts';

/** A role as stored, and when it ends by itself; null: never. */
export interface RoleUntil {
  readonly role: string;
  readonly until: Date | null;
}

/** What an active member of the tenant is to a workspace at this moment. */
export interface WorkspaceStanding {
  readonly inTenant: RoleUntil;
  /** Unexpired ones, here and on ancestors whose roles count here, direct or through groups. */
  readonly roles: readonly RoleUntil[];
}

/** What the actor may do in a workspace, judged by rows read in the transaction that does it. */
export class WorkspaceAuthority {
  private constructor(
    /** A tenant admin ranks as owner. Null for whoever only operates the tenant. */
    readonly role: WorkspaceRole | null,
    private readonly operates: boolean,
  ) {}

  /** The product itself acts as an owner. Throws `WorkspaceNotFound` for whoever may not see the workspace. */
  static of(actor: Actor, standing: WorkspaceStanding | null): WorkspaceAuthority {
    if (actor.kind === 'system') return new WorkspaceAuthority('owner', true);
    if (standing === null) throw new WorkspaceNotFound();
    const { inTenant, roles } = standing;
    const known = roles.map(({ role }) => role).filter(isWorkspaceRole);
    const highest = known.reduce<WorkspaceRole | null>((best, role) => (best === null || outranks(role, best) ? role : best), null);
    const operates = inTenant.role === 'admin' || inTenant.role === 'operator';
    if (highest === null && !operates) throw new WorkspaceNotFound();
    return new WorkspaceAuthority(inTenant.role === 'admin' ? 'owner' : highest, operates);
  }

  /** Throws `WorkspaceRoleTooLow`. */
  mustOwn(): this {
    if (this.role !== 'owner') throw new WorkspaceRoleTooLow();
    return this;
  }

  /** Throws `WorkspaceRoleTooLow`. */
  mustManage(): this {
    if (!this.manages) throw new WorkspaceRoleTooLow();
    return this;
  }

  /** Or move one in. Throws `WorkspaceRoleTooLow`. */
  mustCreateChildren(): this {
    if (!this.manages && !this.operates) throw new WorkspaceRoleTooLow();
    return this;
  }

  private get manages(): boolean {
    return this.role === 'owner' || this.role === 'admin';
  }
}
