import type { DomainEvent, TenantId } from '#kernel';
import type { GroupRole } from './group-role.ts';

interface GroupEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<
  Type,
  Payload & { readonly tenantId: string; readonly groupId: string }
> {
  readonly aggregateType: 'group';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId;
  readonly revoking: Revoking;
}

interface Member {
  readonly tenantId: string;
  readonly groupId: string;
  readonly userId: string;
}

/** `aggregateId` is `<group id>:<user id>`; its version goes on counting when the user is removed and added again. */
interface GroupMembershipEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<
  Type,
  Member & Payload
> {
  readonly aggregateType: 'group_membership';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId;
  readonly revoking: Revoking;
}

export type GroupCreated = GroupEvent<'groups.group_created', { readonly name: string }, false>;

export type GroupChanged = GroupEvent<
  'groups.group_changed',
  { readonly name: string; readonly changed: readonly ('name' | 'description')[] },
  false
>;

/** Its memberships, and its roles in workspaces, end with events of their own, in the same transaction. */
export type GroupDeleted = GroupEvent<'groups.group_deleted', { readonly name: string }, true>;

export type GroupMemberAdded = GroupMembershipEvent<
  'groups.member_added',
  {
    readonly role: GroupRole;
    /** ISO 8601; null: for as long as nobody ends it. */
    readonly expiresAt: string | null;
  },
  false
>;

/** Revoking unless the new role is above the previous one. */
export type GroupMemberRoleChanged = GroupMembershipEvent<
  'groups.member_role_changed',
  { readonly previousRole: GroupRole; readonly role: GroupRole },
  boolean
>;

/** Revoking when the new end is before the previous one; null is no end. */
export type GroupMemberExpiryChanged = GroupMembershipEvent<
  'groups.member_expiry_changed',
  { readonly role: GroupRole; readonly previousExpiresAt: string | null; readonly expiresAt: string | null },
  boolean
>;

export type GroupMemberRemoved = GroupMembershipEvent<'groups.member_removed', { readonly previousRole: GroupRole }, true>;

export type GroupLifecycleEvent = GroupCreated | GroupChanged | GroupDeleted;
export type GroupMemberEvent = GroupMemberAdded | GroupMemberRoleChanged | GroupMemberExpiryChanged | GroupMemberRemoved;
export type GroupsEvent = GroupLifecycleEvent | GroupMemberEvent;
