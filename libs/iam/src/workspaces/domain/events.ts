import type { DomainEvent, TenantId } from '#kernel';
import type { WorkspaceRole } from './workspace-role.ts';

interface WorkspaceEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<Type, Payload> {
  readonly aggregateType: 'workspace';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId;
  readonly revoking: Revoking;
}

/** `aggregateId` is `<workspace id>:user:<user id>`; its version goes on counting when the user is removed and added again. */
interface WorkspaceMembershipEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<
  Type,
  Payload
> {
  readonly aggregateType: 'workspace_membership';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId;
  readonly revoking: Revoking;
}

export type WorkspaceCreated = WorkspaceEvent<
  'workspaces.workspace_created',
  {
    readonly tenantId: string;
    readonly workspaceId: string;
    /** Null for the root. */
    readonly parentId: string | null;
    readonly inherits: boolean;
    readonly name: string;
    readonly slug: string;
  },
  false
>;

export type WorkspaceMemberAdded = WorkspaceMembershipEvent<
  'workspaces.member_added',
  { readonly tenantId: string; readonly workspaceId: string; readonly userId: string; readonly role: WorkspaceRole },
  false
>;

export type WorkspaceMemberRemoved = WorkspaceMembershipEvent<
  'workspaces.member_removed',
  { readonly tenantId: string; readonly workspaceId: string; readonly userId: string; readonly previousRole: WorkspaceRole },
  true
>;

export type WorkspaceMemberEvent = WorkspaceMemberAdded | WorkspaceMemberRemoved;
export type WorkspacesEvent = WorkspaceCreated | WorkspaceMemberEvent;
