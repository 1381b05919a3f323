import type { Actor } from '#kernel';
import { WorkspaceNotFound, WorkspaceRoleTooLow } from './errors.ts';
import { WorkspaceExpiryBeyondOwn, WorkspaceRoleAboveOwn } from './member-errors.ts';
import { endsLater } from './workspace-membership.ts';
import { isWorkspaceRole, outranks, type WorkspaceRole } from './workspace-role.ts';

/** A role as stored, which may be none that this code knows, and when what gives it ends by itself; null: never. */
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

interface Held {
  readonly role: WorkspaceRole;
  readonly until: Date | null;
}

const earlier = (one: Date | null, other: Date | null): Date | null => (endsLater(one, other) ? other : one);

function heldIn({ inTenant, roles }: WorkspaceStanding): Held[] {
  const held = roles.flatMap(({ role, until }) => (isWorkspaceRole(role) ? [{ role, until: earlier(until, inTenant.until) }] : []));
  return inTenant.role === 'admin' ? [...held, { role: 'owner', until: inTenant.until }] : held;
}

/** What the actor may do in a workspace, judged by rows read in the transaction that does it. */
export class WorkspaceAuthority {
  private constructor(
    private readonly held: readonly Held[],
    /** Null for who does not operate the tenant. */
    private readonly operation: Pick<RoleUntil, 'until'> | null,
  ) {}

  /**
   * The product itself acts as an owner, and so does an admin of the tenant. Nothing lasts longer than the membership of
   * the tenant. Throws `WorkspaceNotFound` for whoever may not see the workspace.
   */
  static of(actor: Actor, standing: WorkspaceStanding | null): WorkspaceAuthority {
    if (actor.kind === 'system') return new WorkspaceAuthority([{ role: 'owner', until: null }], null);
    if (standing === null) throw new WorkspaceNotFound();
    const { inTenant } = standing;
    const held = heldIn(standing);
    const operates = inTenant.role === 'admin' || inTenant.role === 'operator';
    if (held.length === 0 && !operates) throw new WorkspaceNotFound();
    return new WorkspaceAuthority(held, operates ? inTenant : null);
  }

  /** Whether the actor is an owner, of a workspace that they may not even see. */
  static owns(actor: Actor, standing: WorkspaceStanding | null): boolean {
    return actor.kind === 'system' || (standing !== null && heldIn(standing).some(({ role }) => role === 'owner'));
  }

  /** Throws `WorkspaceRoleTooLow`. */
  mustOwn(): this {
    if (!this.ranksAtLeast('owner')) throw new WorkspaceRoleTooLow();
    return this;
  }

  /** Throws `WorkspaceRoleTooLow`. */
  mustManage(): this {
    if (!this.ranksAtLeast('admin')) throw new WorkspaceRoleTooLow();
    return this;
  }

  /** Or move one in. Throws `WorkspaceRoleTooLow`. */
  mustCreateChildren(): this {
    this.childrenUntil();
    return this;
  }

  /** When the right to create children ends, null: never; nobody owns what they create for longer. Throws `WorkspaceRoleTooLow`. */
  childrenUntil(): Date | null {
    const managing = this.held.filter(({ role }) => !outranks('admin', role));
    const [first, ...others] = this.operation === null ? managing : [...managing, this.operation];
    if (first === undefined) throw new WorkspaceRoleTooLow();
    return others.reduce((last, { until }) => (endsLater(until, last) ? until : last), first.until);
  }

  /** To change or end a role that somebody holds, as stored. Throws `WorkspaceRoleTooLow`, `WorkspaceRoleAboveOwn`. */
  mustReach(role: string): this {
    this.mustManage();
    if (!this.ranksAtLeast(role)) throw new WorkspaceRoleAboveOwn();
    return this;
  }

  /** To give a role until an end, null for ever. Throws as `mustReach` does, and `WorkspaceExpiryBeyondOwn`. */
  mustGrant(role: WorkspaceRole, until: Date | null): this {
    this.mustReach(role);
    const suffices = (own: Held) => !outranks('admin', own.role) && !outranks(role, own.role) && !endsLater(until, own.until);
    if (!this.held.some(suffices)) throw new WorkspaceExpiryBeyondOwn();
    return this;
  }

  private ranksAtLeast(role: string): boolean {
    return this.held.some((own) => !outranks(role, own.role));
  }
}
