import type { Actor } from '#kernel';
import { RoleAboveOwn, TenantAdminRequired, TenantNotFound } from './errors.ts';
import { outranks, type TenantRole } from './tenant-role.ts';

/** What a user is in a tenant at this moment. */
export interface Standing {
  readonly role: TenantRole;
  /** False for a user who is suspended: whatever their role, it lets them do nothing. */
  readonly active: boolean;
}

/** What the actor may do in a tenant, judged by rows read in the transaction that does it. */
export class TenantAuthority {
  private constructor(private readonly role: TenantRole) {}

  /** The product itself acts as an admin. Everybody else needs a standing of their own; without one they are outsiders: `TenantNotFound`. */
  static of(actor: Actor, standing: Standing | null): TenantAuthority {
    if (actor.kind === 'system') return new TenantAuthority('admin');
    if (standing === null || !standing.active) throw new TenantNotFound();
    return new TenantAuthority(standing.role);
  }

  /** Throws `RoleAboveOwn`, `TenantAdminRequired`. */
  mustBeAbleToGrant(role: TenantRole): this {
    if (outranks(role, this.role)) throw new RoleAboveOwn();
    return this.mustAdminister();
  }

  /** Throws `TenantAdminRequired`. */
  mustAdminister(): this {
    if (this.role !== 'admin') throw new TenantAdminRequired();
    return this;
  }
}
