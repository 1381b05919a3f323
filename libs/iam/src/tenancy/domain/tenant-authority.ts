import type { Actor } from '#kernel';
import { RoleAboveOwn, TenantAdminRequired, TenantNotFound } from './errors.ts';
import { ExpiryBeyondOwn, outlasts, type MembershipEnd } from './membership-end.ts';
import { outranks, type TenantRole } from './tenant-role.ts';

/** What a user is in a tenant at this moment. */
export interface Standing {
  readonly role: TenantRole;
  /** False for a user who is suspended: whatever their role, it lets them do nothing. */
  readonly active: boolean;
  /** When all that ends by itself. */
  readonly expiresAt: MembershipEnd;
}

/** What the actor may do in a tenant, judged by rows read in the transaction that does it. */
export class TenantAuthority {
  private constructor(
    private readonly role: TenantRole,
    /** Nothing that rests on this authority may be granted for longer. */
    readonly expiresAt: MembershipEnd,
  ) {}

  /** The product itself acts as an admin. Everybody else needs a standing of their own; without one they are outsiders: `TenantNotFound`. */
  static of(actor: Actor, standing: Standing | null): TenantAuthority {
    if (actor.kind === 'system') return new TenantAuthority('admin', null);
    if (standing === null || !standing.active) throw new TenantNotFound();
    return new TenantAuthority(standing.role, standing.expiresAt);
  }

  /** Ranks as owner of everything below the tenant. */
  get administers(): boolean {
    return this.role === 'admin';
  }

  /** Sees everything below the tenant. An admin does too. */
  get operates(): boolean {
    return this.administers || this.role === 'operator';
  }

  /** Throws `RoleAboveOwn`, `TenantAdminRequired`. */
  mustBeAbleToGrant(role: TenantRole): this {
    if (outranks(role, this.role)) throw new RoleAboveOwn();
    return this.mustAdminister();
  }

  /** Throws `ExpiryBeyondOwn`. */
  mustLastUntil(end: MembershipEnd): this {
    if (outlasts(end, this.expiresAt)) throw new ExpiryBeyondOwn();
    return this;
  }

  /** Throws `TenantAdminRequired`. */
  mustAdminister(): this {
    if (this.role !== 'admin') throw new TenantAdminRequired();
    return this;
  }
}
