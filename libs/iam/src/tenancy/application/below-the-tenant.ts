import type { TenantId, Transaction, UserId, WorkspaceId } from '#kernel';

/**
 * What lies below a tenant begins and ends with it. The modules below depend on this one, for the tenant's state and the
 * actor's standing in it; so what this one needs of them are ports that they fulfil.
 */
export abstract class TenantRoots {
  /** In the transaction that makes the tenant. The owner must be a member of it; null leaves the root to the tenant's admins. */
  abstract openRoot(tx: Transaction, tenant: { id: TenantId; name: string; ownerId: UserId | null }, at: Date): Promise<WorkspaceId>;
}

/** Memberships of one scope that end by themselves. */
export interface Clearing {
  /** Removes some that are past their end, of any tenant, as if somebody had, and says how many. Waits for nobody who holds one. */
  clearAway(tx: Transaction, limit: number, at: Date): Promise<number>;
}

/** Everything of one module that a user has below a tenant. */
export abstract class Offboarding implements Clearing {
  /** In the transaction that ends the membership, which it has locked, so that nothing can be added meanwhile. Never refused. */
  abstract offboard(tx: Transaction, tenantId: TenantId, userId: UserId, at: Date): Promise<void>;

  abstract clearAway(tx: Transaction, limit: number, at: Date): Promise<number>;
}
