import type { Actor, TenantId, Transaction } from '#kernel';
import type { PlatformAuthority } from '../../identities/index.ts';
import { TenantNotFound } from '../domain/errors.ts';
import type { TenantRepository } from '../domain/tenant-repository.ts';
import type { Tenant } from '../domain/tenant.ts';

/** How a command of a platform admin on a tenant begins; see `TenantAccess` for the order of locks. */
export class TenantGovernance {
  constructor(
    private readonly authority: PlatformAuthority,
    private readonly tenants: TenantRepository,
  ) {}

  /** Throws `PlatformAdminRequired`, `TenantNotFound`. */
  async lock(tx: Transaction, tenantId: TenantId, actor: Actor): Promise<Tenant> {
    const [, tenant] = await Promise.all([this.authority.mustGovern(tx, actor), this.tenants.lock(tx, tenantId)]);
    if (tenant === null) throw new TenantNotFound();
    return tenant;
  }
}
