import type { DomainEvent, TenantId } from '#kernel';
import type { MemberSubjectType } from './member-subject.ts';
import type { WorkspaceRole } from './workspace-role.ts';

interface WorkspaceEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<
  Type,
  Payload & { readonly tenantId: string; readonly workspaceId: string }
> {
  readonly aggregateType: 'workspace';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId;
  readonly revoking: Revoking;
}

interface Member {
  readonly tenantId: string;
  readonly workspaceId: string;
  readonly subjectType: MemberSubjectType;
  readonly subjectId: string;
}

/** `aggregateId` is `<workspace id>:<subject type>:<subject id>`; its version goes on counting when the subject is removed and added again. */
interface WorkspaceMembershipEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<
  Type,
  Member & Payload
> {
  readonly aggregateType: 'workspace_membership';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId;
  readonly revoking: Revoking;
}

export type WorkspaceCreated = WorkspaceEvent<
  'workspaces.workspace_created',
  {
    /** Null for the root. */
    readonly parentId: string | null;
    readonly inherits: boolean;
    readonly name: string;
    readonly slug: string;
  },
  false
>;

export type WorkspaceChanged = WorkspaceEvent<
  'workspaces.workspace_changed',
  { readonly name: string; readonly slug: string; readonly changed: readonly ('name' | 'slug')[] },
  false
>;

/** Revoking: whoever had a role through the previous parent loses it. The subtree comes along without events of its own. */
export type WorkspaceMoved = WorkspaceEvent<
  'workspaces.workspace_moved',
  { readonly previousParentId: string; readonly parentId: string },
  true
>;

/** Revoking when it is switched off. */
export type WorkspaceInheritanceChanged = WorkspaceEvent<
  'workspaces.workspace_inheritance_changed',
  { readonly parentId: string; readonly inherits: boolean },
  boolean
>;

export type WorkspaceWasArchived = WorkspaceEvent<'workspaces.workspace_archived', object, true>;

export type WorkspaceWasUnarchived = WorkspaceEvent<'workspaces.workspace_unarchived', object, false>;

/** The roles in it end with events of their own, in the same transaction. */
export type WorkspaceDeleted = WorkspaceEvent<'workspaces.workspace_deleted', { readonly parentId: string; readonly name: string }, true>;

export type WorkspaceMemberAdded = WorkspaceMembershipEvent<
  'workspaces.member_added',
  {
    readonly role: WorkspaceRole;
    /** ISO 8601; null: for as long as nobody ends it. */
    readonly expiresAt: string | null;
  },
  false
>;

/** Revoking unless the new role is above the previous one. */
export type WorkspaceMemberRoleChanged = WorkspaceMembershipEvent<
  'workspaces.member_role_changed',
  { readonly previousRole: WorkspaceRole; readonly role: WorkspaceRole },
  boolean
>;

/** Revoking when the new end is before the previous one; null is no end. */
export type WorkspaceMemberExpiryChanged = WorkspaceMembershipEvent<
  'workspaces.member_expiry_changed',
  { readonly role: WorkspaceRole; readonly previousExpiresAt: string | null; readonly expiresAt: string | null },
  boolean
>;

export type WorkspaceMemberRemoved = WorkspaceMembershipEvent<'workspaces.member_removed', { readonly previousRole: WorkspaceRole }, true>;

export type WorkspaceLifecycleEvent =
  | WorkspaceCreated
  | WorkspaceChanged
  | WorkspaceMoved
  | WorkspaceInheritanceChanged
  | WorkspaceWasArchived
  | WorkspaceWasUnarchived
  | WorkspaceDeleted;
export type WorkspaceMemberEvent =
  WorkspaceMemberAdded | WorkspaceMemberRoleChanged | WorkspaceMemberExpiryChanged | WorkspaceMemberRemoved;
export type WorkspacesEvent = WorkspaceLifecycleEvent | WorkspaceMemberEvent;
