import type { GroupId, TenantId, Transaction, UserId } from '#kernel';
import type { GroupMembership } from './group-membership.ts';
import type { GroupStanding } from './group-standing.ts';

/** A membership that is there, and how often there was one before. */
export interface FoundMembership {
  readonly userId: UserId;
  /** Null when the user is not in the group. One past its end is found: it has to be ended before another begins. */
  readonly membership: GroupMembership | null;
  /** The version at which an earlier membership of this user ended; 0 without one. */
  readonly lastVersion: number;
  /** What the user is in the tenant; null for an outsider. Their status stays until the transaction ends. */
  readonly inTenant: { readonly active: boolean; readonly expiresAt: Date | null } | null;
}

/** Memberships of groups that this transaction locked. Who is in a group changes only under the lock on it, or on the tenant. */
export abstract class GroupMembershipRepository {
  /** The time by the clock that ends memberships, whatever that of this process says. */
  abstract moment(tx: Transaction): Promise<Date>;

  /** What a user is now, in the tenant and in the group. Null for somebody who is not in the tenant. */
  abstract standing(tx: Transaction, tenantId: TenantId, groupId: GroupId, userId: UserId): Promise<GroupStanding | null>;

  /** One of each user named, in no order; one statement however many. */
  abstract find(tx: Transaction, tenantId: TenantId, groupId: GroupId, userIds: readonly UserId[]): Promise<readonly FoundMembership[]>;

  /**
   * The admins that the rule about the last one counts: direct, active, without an end here or in the tenant. They stay active
   * until the transaction ends. No more than so many, in order of the ids.
   */
  abstract lastingAdmins(tx: Transaction, tenantId: TenantId, groupId: GroupId, atMost: number): Promise<readonly UserId[]>;

  /** Throws `AlreadyGroupMember`, `UserNotInTenant`. */
  abstract add(tx: Transaction, membership: GroupMembership): Promise<void>;

  abstract update(tx: Transaction, membership: GroupMembership): Promise<void>;

  /** One statement however many. Their versions are remembered. */
  abstract remove(tx: Transaction, memberships: readonly GroupMembership[]): Promise<void>;

  /** Everybody in the group, those past their end too, in order of the ids, locked. */
  abstract lockAll(tx: Transaction, tenantId: TenantId, groupId: GroupId): Promise<readonly GroupMembership[]>;

  /** Every group membership of the user in the tenant, in order of the groups, locked. For transactions that locked the tenant. */
  abstract lockAllOf(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<readonly GroupMembership[]>;

  /** Of all tenants, the first whose own time is over, as many as the limit says and without waiting: what others hold is passed over. */
  abstract lockAllEnded(tx: Transaction, limit: number): Promise<readonly GroupMembership[]>;
}
