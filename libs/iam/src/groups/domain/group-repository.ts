import type { GroupId, TenantId, Transaction } from '#kernel';
import type { GroupMembership } from './group-membership.ts';
import type { Group } from './group.ts';

/** Groups of a tenant that the transaction holds or locked. */
export abstract class GroupRepository {
  /** For changing it or who is in it: one transaction at a time. Null when the tenant has no such group. */
  abstract lock(tx: Transaction, tenantId: TenantId, groupId: GroupId): Promise<Group | null>;

  /** With its first admin, who must be a member of the tenant; one statement. Throws `GroupNameTaken`, `UserNotInTenant`. */
  abstract create(tx: Transaction, group: Group, admin: GroupMembership): Promise<void>;

  /** One that this transaction locked. Throws `GroupNameTaken`. */
  abstract update(tx: Transaction, group: Group): Promise<void>;

  /** One that this transaction locked, that has no members and no role in a workspace. */
  abstract delete(tx: Transaction, group: Group): Promise<void>;
}
