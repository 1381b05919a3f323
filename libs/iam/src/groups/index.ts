// Commands
export { AddGroupMember } from './application/add-group-member.ts';
export { ChangeGroupMember } from './application/change-group-member.ts';
export {
  ChangeGroupMembersInBulk,
  GROUP_BULK_MAX_ITEMS,
  type GroupBulkItem,
  type GroupBulkResult,
} from './application/change-group-members-in-bulk.ts';
export { ChangeGroup } from './application/change-group.ts';
export { CreateGroup } from './application/create-group.ts';
export { DeleteGroup } from './application/delete-group.ts';
export { LeaveGroup } from './application/leave-group.ts';
export { RemoveGroupMember } from './application/remove-group-member.ts';

// Queries
export { FindGroupMember } from './application/find-group-member.ts';
export { FindGroup } from './application/find-group.ts';
export type { GroupMemberView, GroupView } from './application/group-views.ts';
export { ListGroupMembers } from './application/list-group-members.ts';
export { ListGroups } from './application/list-groups.ts';

// Events and errors
export type * from './domain/events.ts';
export * from './domain/errors.ts';

// What ends with a membership of the tenant
export { TenantGroups } from './application/tenant-groups.ts';

// Words and limits that an edge states as well
export { GROUP_DESCRIPTION_MAX_LENGTH, GROUP_NAME_MAX_LENGTH } from './domain/group-name.ts';
export { GROUP_ROLES, type GroupRole } from './domain/group-role.ts';
