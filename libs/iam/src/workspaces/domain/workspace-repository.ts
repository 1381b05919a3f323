import type { TenantId, Transaction, UserId } from '#kernel';
import type { WorkspaceMembership } from './workspace-membership.ts';
import type { Workspace } from './workspace.ts';

/** Workspaces and who has a role in them, inside a transaction. */
export abstract class WorkspaceRepository {
  /** The root of a tenant made in the same transaction; one statement. The owner must be a member of the tenant. */
  abstract createRoot(tx: Transaction, root: Workspace, owner: WorkspaceMembership | null): Promise<void>;

  /** Every role of the user below the tenant, in order of the workspaces' ids, locked. */
  abstract lockMembershipsOf(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<readonly WorkspaceMembership[]>;

  /** Ones that this transaction locked; one statement. Their versions are remembered. */
  abstract removeMemberships(tx: Transaction, memberships: readonly WorkspaceMembership[]): Promise<void>;
}
