import type { TenantId, Transaction } from '#kernel';
import type { TenantMembership } from './tenant-membership.ts';
import type { Tenant } from './tenant.ts';

/** Tenants, inside a transaction. Reads after a lock see everything committed before the lock was granted. */
export abstract class TenantRepository {
  /** Keeps the tenant's state as read until the transaction ends; others may hold it at the same time. Null when there is none. */
  abstract hold(tx: Transaction, id: TenantId): Promise<Tenant | null>;

  /** Alone until the transaction ends: nobody else locks or holds the tenant meanwhile. Null when there is none. */
  abstract lock(tx: Transaction, id: TenantId): Promise<Tenant | null>;

  /** One statement. Throws `TenantSlugTaken`, `ExternalIdTaken`. */
  abstract create(tx: Transaction, tenant: Tenant, firstAdmin: TenantMembership): Promise<void>;

  /** False, and nothing stored, when there is a default tenant or another transaction just made one. Throws `TenantSlugTaken`. */
  abstract createDefault(tx: Transaction, tenant: Tenant): Promise<boolean>;

  /** The default tenant's id, as committed by now. */
  abstract findDefault(tx: Transaction): Promise<TenantId | null>;

  /** A tenant that this transaction locked. Throws `ExternalIdTaken`. */
  abstract update(tx: Transaction, tenant: Tenant): Promise<void>;
}
