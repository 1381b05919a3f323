import type { TenantId, Transaction, UserId } from '#kernel';
import type { Standing } from './tenant-authority.ts';
import type { TenantMembership } from './tenant-membership.ts';

/**
 * Memberships of a tenant that the transaction holds or locked. What a method says of a user's status stays true until
 * the transaction ends: suspending that user waits for it. A membership past its end is none, but where it is asked for.
 */
export abstract class TenantMembershipRepository {
  /** What a user is here now. Null for an outsider. */
  abstract standing(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<Standing | null>;

  /** For changing it. Null when the user is no member. */
  abstract lock(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<TenantMembership | null>;

  /** One past its end, for clearing it away. Null when there is none. */
  abstract lockEnded(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<TenantMembership | null>;

  /** Of all tenants, the first to have ended, as many as the limit says and without waiting: what others hold is passed over. */
  abstract lockAllEnded(tx: Transaction, limit: number): Promise<readonly TenantMembership[]>;

  /** Whether an active admin other than this user is there, one whose membership has no end. */
  abstract anotherActiveAdmin(tx: Transaction, tenantId: TenantId, except: UserId): Promise<boolean>;

  /** Whether any admin whose membership has no end is active; meanwhile none is suspended or reactivated. */
  abstract anyActiveAdmin(tx: Transaction, tenantId: TenantId): Promise<boolean>;

  /** The version at which an earlier membership of this user ended; 0 without one. */
  abstract lastVersion(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<number>;

  /** Throws `AlreadyMember`, `NamedUserNotFound`. */
  abstract add(tx: Transaction, membership: TenantMembership): Promise<void>;

  /** One that this transaction locked. */
  abstract update(tx: Transaction, membership: TenantMembership): Promise<void>;

  /** One that this transaction locked and that holds no role below the tenant. Its version is remembered. */
  abstract remove(tx: Transaction, membership: TenantMembership): Promise<void>;
}
