import { AggregateRoot, type TenantId, type UserId, type WorkspaceId } from '#kernel';
import type { WorkspaceMemberEvent } from './events.ts';
import { GroupRoleCannotExpire, LastWorkspaceOwner } from './member-errors.ts';
import { userSubject, type MemberSubject } from './member-subject.ts';
import { outranks, type WorkspaceRole } from './workspace-role.ts';

export interface WorkspaceMembershipSnapshot {
  readonly tenantId: TenantId;
  readonly workspaceId: WorkspaceId;
  readonly subject: MemberSubject;
  readonly role: WorkspaceRole;
  /** Null: for as long as nobody ends it. Always null for a group. */
  readonly expiresAt: Date | null;
  readonly version: number;
  readonly joinedAt: Date;
  readonly updatedAt: Date;
}

export type NewWorkspaceMember = Pick<WorkspaceMembershipSnapshot, 'tenantId' | 'workspaceId' | 'subject' | 'role' | 'expiresAt'>;

type Founder = Pick<WorkspaceMembershipSnapshot, 'tenantId' | 'workspaceId' | 'role'> & {
  readonly userId: UserId;
  /** Absent or null: for as long as nobody ends it. */
  readonly expiresAt?: Date | null;
};

/** What the rule about the last owner needs to know, read under the lock on the workspace. */
export interface OtherOwners {
  /** Whether an active user besides this one owns the workspace without an end. */
  readonly anotherLasts: boolean;
}

/** True when `end` is after `other`; null never comes. */
export const endsLater = (end: Date | null, other: Date | null): boolean =>
  other !== null && (end === null || end.getTime() > other.getTime());

const sameEnd = (end: Date | null, other: Date | null): boolean => end?.getTime() === other?.getTime();

/** The one role of a user or a group in one workspace, identified by both. */
export class WorkspaceMembership extends AggregateRoot<WorkspaceMemberEvent> {
  private constructor(
    private fields: Omit<WorkspaceMembershipSnapshot, 'version'>,
    version: number,
  ) {
    super('workspace_membership', version);
  }

  /** The one who made the workspace: it is new, so nobody was a member before. */
  static found({ userId, expiresAt = null, ...member }: Founder, at: Date): WorkspaceMembership {
    return WorkspaceMembership.join({ ...member, subject: userSubject(userId), expiresAt }, 0, at);
  }

  /**
   * `lastVersion` is where an earlier membership of this subject ended, 0 without one: nothing else of it comes back.
   * Throws `GroupRoleCannotExpire`.
   */
  static join(member: NewWorkspaceMember, lastVersion: number, at: Date): WorkspaceMembership {
    const joined = new WorkspaceMembership({ ...member, joinedAt: at, updatedAt: at }, lastVersion);
    joined.mustBeAbleToEnd(member.expiresAt);
    const { role, expiresAt } = member;
    const payload = { ...joined.member, role, expiresAt: expiresAt?.toISOString() ?? null };
    joined.record({ type: 'workspaces.member_added', schemaVersion: 1, revoking: false, occurredAt: at, payload });
    return joined;
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: WorkspaceMembershipSnapshot): WorkspaceMembership {
    return new WorkspaceMembership(fields, version);
  }

  get subject(): MemberSubject {
    return this.fields.subject;
  }

  get role(): WorkspaceRole {
    return this.fields.role;
  }

  get expiresAt(): Date | null {
    return this.fields.expiresAt;
  }

  get snapshot(): WorkspaceMembershipSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return `${this.fields.workspaceId}:${this.subject.type}:${this.subject.id}`;
  }

  protected override get owningTenant(): TenantId {
    return this.fields.tenantId;
  }

  /**
   * Role, end or both at once; keeps the day of joining. What is the same already is left alone.
   * Throws `GroupRoleCannotExpire`, `LastWorkspaceOwner`.
   */
  change(to: { readonly role: WorkspaceRole; readonly expiresAt: Date | null }, others: OtherOwners, at: Date): void {
    this.mustBeAbleToEnd(to.expiresAt);
    if (to.role !== 'owner' || to.expiresAt !== null) this.mustLeaveAnOwner(others);
    this.changeRole(to.role, at);
    this.changeEnd(to.expiresAt, at);
  }

  /** By somebody who may, or by leaving. Throws `LastWorkspaceOwner`. */
  remove(others: OtherOwners, at: Date): void {
    this.mustLeaveAnOwner(others);
    this.end(at);
  }

  /**
   * Together with what it rested on: the membership of the tenant, the workspace, the group, or its own time. Then not even
   * the last owner is kept: the tenant's admins can own.
   */
  end(at: Date): void {
    this.fields = { ...this.fields, updatedAt: at };
    const payload = { ...this.member, previousRole: this.role };
    this.record({ type: 'workspaces.member_removed', schemaVersion: 1, revoking: true, occurredAt: at, payload });
  }

  private get member() {
    const { tenantId, workspaceId, subject } = this.fields;
    return { tenantId, workspaceId, subjectType: subject.type, subjectId: subject.id };
  }

  private changeRole(role: WorkspaceRole, at: Date): void {
    const previousRole = this.role;
    if (role === previousRole) return;
    this.fields = { ...this.fields, role, updatedAt: at };
    const payload = { ...this.member, previousRole, role };
    const revoking = !outranks(role, previousRole);
    this.record({ type: 'workspaces.member_role_changed', schemaVersion: 1, revoking, occurredAt: at, payload });
  }

  private changeEnd(expiresAt: Date | null, at: Date): void {
    const previous = this.expiresAt;
    if (sameEnd(expiresAt, previous)) return;
    this.fields = { ...this.fields, expiresAt, updatedAt: at };
    const ends = { previousExpiresAt: previous?.toISOString() ?? null, expiresAt: expiresAt?.toISOString() ?? null };
    const payload = { ...this.member, role: this.role, ...ends };
    const revoking = !endsLater(expiresAt, previous);
    this.record({ type: 'workspaces.member_expiry_changed', schemaVersion: 1, revoking, occurredAt: at, payload });
  }

  private mustBeAbleToEnd(expiresAt: Date | null): void {
    if (expiresAt !== null && this.subject.type === 'group') throw new GroupRoleCannotExpire();
  }

  /** A group, or a role that ends, was never counted, so nobody is missed when it goes. */
  private mustLeaveAnOwner({ anotherLasts }: OtherOwners): void {
    const counted = this.role === 'owner' && this.expiresAt === null && this.subject.type === 'user';
    if (counted && !anotherLasts) throw new LastWorkspaceOwner();
  }
}
