// Queries
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

// What sibling modules ask inside their own transactions
export { TenantWorkspaces } from './application/tenant-workspaces.ts';
