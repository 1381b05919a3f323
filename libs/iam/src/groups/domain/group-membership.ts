import { AggregateRoot, type GroupId, type TenantId, type UserId } from '#kernel';
import { LastGroupAdmin } from './errors.ts';
import type { GroupMemberEvent } from './events.ts';
import { groupRoleOutranks, type GroupRole } from './group-role.ts';

export interface GroupMembershipSnapshot {
  readonly tenantId: TenantId;
  readonly groupId: GroupId;
  readonly userId: UserId;
  readonly role: GroupRole;
  /** When it ends by itself; null: when somebody ends it. */
  readonly expiresAt: Date | null;
  readonly version: number;
  readonly joinedAt: Date;
  readonly updatedAt: Date;
}

type NewMember = Pick<GroupMembershipSnapshot, 'tenantId' | 'groupId' | 'userId' | 'role' | 'expiresAt'>;

/** What the rule about the last admin needs to know, read under the lock on the group. */
export interface OtherGroupAdmins {
  /** Whether the group has an active admin without an end besides this one. */
  readonly anotherStays: boolean;
}

/** A user's one role in one group, identified by both. */
export class GroupMembership extends AggregateRoot<GroupMemberEvent> {
  private constructor(
    private fields: Omit<GroupMembershipSnapshot, 'version'>,
    version: number,
  ) {
    super('group_membership', version);
  }

  /** `lastVersion` is where an earlier membership of this user ended, 0 without one: nothing else of it comes back. */
  static join({ lastVersion, ...member }: NewMember & { readonly lastVersion: number }, at: Date): GroupMembership {
    const joined = new GroupMembership({ ...member, joinedAt: at, updatedAt: at }, lastVersion);
    const payload = { ...joined.identity, role: member.role, expiresAt: inWords(member.expiresAt) };
    joined.record({ type: 'groups.member_added', schemaVersion: 1, revoking: false, occurredAt: at, payload });
    return joined;
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: GroupMembershipSnapshot): GroupMembership {
    return new GroupMembership(fields, version);
  }

  get userId(): UserId {
    return this.fields.userId;
  }

  get role(): GroupRole {
    return this.fields.role;
  }

  get expiresAt(): Date | null {
    return this.fields.expiresAt;
  }

  get snapshot(): GroupMembershipSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return `${this.fields.groupId}:${this.fields.userId}`;
  }

  protected override get owningTenant(): TenantId {
    return this.fields.tenantId;
  }

  /** Past its end it counts as removed, whenever its row goes. */
  isOver(at: Date): boolean {
    return this.expiresAt !== null && this.expiresAt <= at;
  }

  /** Keeps the day of joining. Does nothing when the role is that one already. Throws `LastGroupAdmin`. */
  changeRole(role: GroupRole, others: OtherGroupAdmins, at: Date): void {
    const previousRole = this.role;
    if (role === previousRole) return;
    this.mustLeaveAnAdmin(others);
    this.fields = { ...this.fields, role, updatedAt: at };
    const payload = { ...this.identity, previousRole, role };
    const revoking = !groupRoleOutranks(role, previousRole);
    this.record({ type: 'groups.member_role_changed', schemaVersion: 1, revoking, occurredAt: at, payload });
  }

  /** To another end, or to none. Does nothing when it is that one already. Throws `LastGroupAdmin`. */
  changeEnd(expiresAt: Date | null, others: OtherGroupAdmins, at: Date): void {
    const previous = this.expiresAt;
    if (previous?.getTime() === expiresAt?.getTime()) return;
    if (expiresAt !== null) this.mustLeaveAnAdmin(others);
    this.fields = { ...this.fields, expiresAt, updatedAt: at };
    this.record({
      type: 'groups.member_expiry_changed',
      schemaVersion: 1,
      revoking: expiresAt !== null && (previous === null || expiresAt < previous),
      occurredAt: at,
      payload: { ...this.identity, role: this.role, previousExpiresAt: inWords(previous), expiresAt: inWords(expiresAt) },
    });
  }

  /** By an admin or by leaving. Throws `LastGroupAdmin`. */
  remove(others: OtherGroupAdmins, at: Date): void {
    this.mustLeaveAnAdmin(others);
    this.end(at);
  }

  /** With the group, with the membership of the tenant, or after its own end: then not even the last admin is kept. */
  end(at: Date): void {
    this.fields = { ...this.fields, updatedAt: at };
    const payload = { ...this.identity, previousRole: this.role };
    this.record({ type: 'groups.member_removed', schemaVersion: 1, revoking: true, occurredAt: at, payload });
  }

  /** An admin with an end goes anyway, and so does not count. */
  private mustLeaveAnAdmin(others: OtherGroupAdmins): void {
    if (this.role === 'admin' && this.expiresAt === null && !others.anotherStays) throw new LastGroupAdmin();
  }

  private get identity() {
    const { tenantId, groupId, userId } = this.fields;
    return { tenantId, groupId, userId };
  }
}

const inWords = (end: Date | null): string | null => end?.toISOString() ?? null;
