// Queries
export { FindWorkspace, type WorkspaceView } from './application/find-workspace.ts';
export { MEMBER_SUBJECT_TYPES, type MemberSubject, type MemberSubjectType } from './domain/member-subject.ts';
export { WORKSPACE_ROLES, type WorkspaceRole } from './domain/workspace-role.ts';

// Events and errors
export type * from './domain/events.ts';
export * from './domain/errors.ts';

// What sibling modules ask inside their own transactions
export { TenantWorkspaces } from './application/tenant-workspaces.ts';
