import type { TenantId, Transaction, UserId, WorkspaceId } from '#kernel';
import type { MemberSubject } from './member-subject.ts';
import type { WorkspaceStanding } from './workspace-authority.ts';
import type { WorkspaceMembership } from './workspace-membership.ts';

/** A workspace of a tenant that the transaction holds. */
export interface WorkspaceKey {
  readonly tenantId: TenantId;
  readonly workspaceId: WorkspaceId;
}

/** A membership that was found, and whether its time, or that of the user's membership of the tenant, is over. */
export interface FoundMembership {
  readonly membership: WorkspaceMembership;
  readonly isOver: boolean;
}

/**
 * Who has a role in which workspace, inside a transaction. What a method says of a user's status, or of what gives an actor
 * a role, stays true until the transaction ends: whoever changes that waits for it.
 */
export abstract class WorkspaceMembershipRepository {
  /** For changing who is a member: one at a time, while the tree stays as it is. The workspace's state as stored; null without one. */
  abstract lockWorkspace(tx: Transaction, at: WorkspaceKey): Promise<string | null>;

  /** What an active user is to the workspace. Null for who is suspended, or no member of the tenant. */
  abstract standing(tx: Transaction, at: WorkspaceKey, userId: UserId): Promise<WorkspaceStanding | null>;

  /** Whether a member of the tenant is active. Null when the user is none. */
  abstract isActiveInTenant(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<boolean | null>;

  /** For changing it. Null when there is none. */
  abstract lock(tx: Transaction, at: WorkspaceKey, subject: MemberSubject): Promise<FoundMembership | null>;

  /** Whether an active user other than this one owns the workspace directly and without an end. */
  abstract anotherOwnerLasts(tx: Transaction, at: WorkspaceKey, except: MemberSubject): Promise<boolean>;

  /** The version at which an earlier membership of this subject ended; 0 without one. */
  abstract lastVersion(tx: Transaction, at: WorkspaceKey, subject: MemberSubject): Promise<number>;

  /** Throws `AlreadyWorkspaceMember`, `UserNotMember`, `NamedGroupNotFound`. */
  abstract add(tx: Transaction, membership: WorkspaceMembership): Promise<void>;

  /** One that this transaction locked. */
  abstract update(tx: Transaction, membership: WorkspaceMembership): Promise<void>;

  /** Every role of a user or a group below the tenant, also those that are over, in order of the workspaces' ids, locked. */
  abstract lockAllOf(tx: Transaction, tenantId: TenantId, subject: MemberSubject): Promise<readonly WorkspaceMembership[]>;

  /** Every role in a workspace, also those that are over, in order of the subjects, locked. */
  abstract lockAllIn(tx: Transaction, at: WorkspaceKey): Promise<readonly WorkspaceMembership[]>;

  /** Of all tenants, the first whose own time is over, as many as the limit says and without waiting: what others hold is passed over. */
  abstract lockAllEnded(tx: Transaction, limit: number): Promise<readonly WorkspaceMembership[]>;

  /** Ones that this transaction locked; one statement. Their versions are remembered. */
  abstract remove(tx: Transaction, memberships: readonly WorkspaceMembership[]): Promise<void>;
}
