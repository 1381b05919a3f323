import type { Actor, TenantId, Transaction } from '#kernel';
import { TenantNotFound } from '../domain/errors.ts';
import { TenantAuthority, type Standing } from '../domain/tenant-authority.ts';
import type { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import type { TenantRepository } from '../domain/tenant-repository.ts';
import type { Tenant } from '../domain/tenant.ts';

/** A tenant that the transaction locked or holds, and what the actor may do in it, read after that. */
export interface EnteredTenant {
  readonly tenant: Tenant;
  readonly authority: TenantAuthority;
}

/**
 * How a command of a tenant's own people begins. The order in which every command of this library locks, so that none
 * waits in a circle: the platform, its admins, the tenant, users, memberships, roles below. Users are locked alone only
 * under the lock on the platform, by commands that wait for no tenant; everybody else shares them.
 */
export class TenantAccess {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly members: TenantMembershipRepository,
  ) {}

  /** For commands that may take rights away or rest on a count: one at a time. Throws `TenantNotFound`, `TenantSuspended`. */
  async lock(tx: Transaction, tenantId: TenantId, actor: Actor): Promise<EnteredTenant> {
    // Sent together, run one after the other: the standing is read when the lock has been granted.
    return enter(actor, ...(await Promise.all([this.tenants.lock(tx, tenantId), this.standing(tx, tenantId, actor)])));
  }

  /** For commands that only need the tenant to stay as it is. Throws as `lock` does. */
  async hold(tx: Transaction, tenantId: TenantId, actor: Actor): Promise<EnteredTenant> {
    return enter(actor, ...(await Promise.all([this.tenants.hold(tx, tenantId), this.standing(tx, tenantId, actor)])));
  }

  private async standing(tx: Transaction, tenantId: TenantId, actor: Actor): Promise<Standing | null> {
    return actor.kind === 'user' ? this.members.standing(tx, tenantId, actor.id) : null;
  }
}

function enter(actor: Actor, tenant: Tenant | null, standing: Standing | null): EnteredTenant {
  if (tenant === null) throw new TenantNotFound();
  const authority = TenantAuthority.of(actor, standing);
  tenant.mustNotBeSuspended();
  return { tenant, authority };
}
