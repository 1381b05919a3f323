// Commands
export { AddWorkspaceMember } from './application/add-workspace-member.ts';
export { ChangeWorkspaceMember } from './application/change-workspace-member.ts';
export { LeaveWorkspace } from './application/leave-workspace.ts';
export { RemoveWorkspaceMember } from './application/remove-workspace-member.ts';
export { TransferWorkspaceOwnership, type TransferredOwnership } from './application/transfer-workspace-ownership.ts';
export { ArchiveWorkspace } from './application/archive-workspace.ts';
export { ChangeWorkspaceInheritance } from './application/change-workspace-inheritance.ts';
export { ChangeWorkspace } from './application/change-workspace.ts';
export { CreateChildWorkspace, type CreatedWorkspace } from './application/create-child-workspace.ts';
export { DeleteWorkspace } from './application/delete-workspace.ts';
export { MoveWorkspace } from './application/move-workspace.ts';
export { UnarchiveWorkspace } from './application/unarchive-workspace.ts';

// Queries
export { FindWorkspaceMember } from './application/find-workspace-member.ts';
export { ListWorkspaceMembers } from './application/list-workspace-members.ts';
export type { WorkspaceMemberView } from './application/workspace-member-views.ts';
export { FindWorkspace, type WorkspaceView } from './application/find-workspace.ts';
export { ListAncestors } from './application/list-ancestors.ts';
export { ListChildWorkspaces } from './application/list-child-workspaces.ts';
export { ListSubtree } from './application/list-subtree.ts';
export { ListWorkspaces } from './application/list-workspaces.ts';
export { VisibleWorkspaces } from './application/visible-workspaces.ts';
export { MEMBER_SUBJECT_TYPES, type MemberSubject, type MemberSubjectType } from './domain/member-subject.ts';
export { WORKSPACE_ROLES, type WorkspaceRole } from './domain/workspace-role.ts';

// Events and errors
export type * from './domain/events.ts';
export * from './domain/errors.ts';
export * from './domain/member-errors.ts';

// Words and limits that an edge states as well
export { DEFAULT_WORKSPACE_MAX_DEPTH, HIGHEST_WORKSPACE_MAX_DEPTH } from './domain/tree-limits.ts';
export { WORKSPACE_NAME_MAX_LENGTH } from './domain/workspace-name.ts';
export { WORKSPACE_SLUG_MAX_LENGTH, WORKSPACE_SLUG_MIN_LENGTH, WORKSPACE_SLUG_PATTERN } from './domain/workspace-slug.ts';

// What sibling modules ask inside their own transactions
export { TenantWorkspaces } from './application/tenant-workspaces.ts';
