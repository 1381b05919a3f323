import { AggregateRoot, type TenantId, type UserId } from '#kernel';
import { LastTenantAdmin } from './errors.ts';
import type { TenantMemberEvent } from './events.ts';
import { mustLieAhead, outlasts, sameEnd, type MembershipEnd } from './membership-end.ts';
import { outranks, type TenantRole } from './tenant-role.ts';

export interface TenantMembershipSnapshot {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly role: TenantRole;
  readonly expiresAt: MembershipEnd;
  readonly version: number;
  readonly joinedAt: Date;
  readonly updatedAt: Date;
}

export interface NewMember {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly role: TenantRole;
  readonly expiresAt?: MembershipEnd;
  readonly lastVersion: number;
}

/** What the rule about the last admin needs to know, read under the lock on the tenant. */
export interface OtherAdmins {
  /** Whether the tenant has an active admin besides this one, whose membership has no end. */
  readonly anotherIsActive: boolean;
}

/** A user's one role in one tenant, identified by both. */
export class TenantMembership extends AggregateRoot<TenantMemberEvent> {
  private constructor(
    private fields: Omit<TenantMembershipSnapshot, 'version'>,
    version: number,
  ) {
    super('tenant_membership', version);
  }

  /** `lastVersion` is where an earlier membership of this user ended, 0 without one: nothing else of it comes back. Throws `ExpiryNotAhead`, `ExpiryTooFar`. */
  static join({ lastVersion, expiresAt = null, ...member }: NewMember, at: Date): TenantMembership {
    mustLieAhead(expiresAt, at);
    const joined = new TenantMembership({ ...member, expiresAt, joinedAt: at, updatedAt: at }, lastVersion);
    const payload = { ...member, expiresAt: isoOf(expiresAt) };
    joined.record({ type: 'tenancy.member_added', schemaVersion: 1, revoking: false, occurredAt: at, payload });
    return joined;
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: TenantMembershipSnapshot): TenantMembership {
    return new TenantMembership(fields, version);
  }

  get userId(): UserId {
    return this.fields.userId;
  }

  get role(): TenantRole {
    return this.fields.role;
  }

  get expiresAt(): MembershipEnd {
    return this.fields.expiresAt;
  }

  get snapshot(): TenantMembershipSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return `${this.fields.tenantId}:${this.fields.userId}`;
  }

  protected override get owningTenant(): TenantId {
    return this.fields.tenantId;
  }

  /** Keeps the day of joining. Does nothing when the role is that one already. Throws `LastTenantAdmin`. */
  changeRole(role: TenantRole, others: OtherAdmins, at: Date): void {
    const previousRole = this.role;
    if (role === previousRole) return;
    this.mustLeaveAnAdmin(others);
    this.fields = { ...this.fields, role, updatedAt: at };
    this.record({
      type: 'tenancy.member_role_changed',
      schemaVersion: 1,
      revoking: !outranks(role, previousRole),
      occurredAt: at,
      payload: { tenantId: this.fields.tenantId, userId: this.userId, previousRole, role },
    });
  }

  /** Null takes the end away. Does nothing when the end is that one already. Throws `ExpiryNotAhead`, `ExpiryTooFar`, `LastTenantAdmin`. */
  changeExpiry(expiresAt: MembershipEnd, others: OtherAdmins, at: Date): void {
    const previous = this.expiresAt;
    if (sameEnd(expiresAt, previous)) return;
    mustLieAhead(expiresAt, at);
    this.mustLeaveAnAdmin(others);
    this.fields = { ...this.fields, expiresAt, updatedAt: at };
    this.record({
      type: 'tenancy.member_expiry_changed',
      schemaVersion: 1,
      revoking: outlasts(previous, expiresAt),
      occurredAt: at,
      payload: {
        tenantId: this.fields.tenantId,
        userId: this.userId,
        role: this.role,
        previousExpiresAt: isoOf(previous),
        expiresAt: isoOf(expiresAt),
      },
    });
  }

  /** By an admin, by leaving, or past its end. Throws `LastTenantAdmin`. */
  remove(others: OtherAdmins, at: Date): void {
    this.mustLeaveAnAdmin(others);
    this.fields = { ...this.fields, updatedAt: at };
    this.record({
      type: 'tenancy.member_removed',
      schemaVersion: 1,
      revoking: true,
      occurredAt: at,
      payload: { tenantId: this.fields.tenantId, userId: this.userId, previousRole: this.role },
    });
  }

  /** An admin whose membership ends anyway is none that a tenant could rest on. */
  private mustLeaveAnAdmin(others: OtherAdmins): void {
    if (this.role === 'admin' && this.expiresAt === null && !others.anotherIsActive) throw new LastTenantAdmin();
  }
}

const isoOf = (expiresAt: MembershipEnd): string | null => expiresAt?.toISOString() ?? null;
