import { AggregateRoot, type UserId } from '#kernel';
import { LastPlatformAdmin } from './errors.ts';
import type { PlatformAdminLifecycleEvent } from './events.ts';

export interface PlatformAdminSnapshot {
  readonly userId: UserId;
  readonly version: number;
  readonly grantedAt: Date;
}

/** What the rule about the last platform admin needs to know, read under the lock on the platform. */
export interface OtherPlatformAdmins {
  /** Whether the platform has an active admin besides this one. */
  readonly anotherIsActive: boolean;
}

/** A user's right to govern the platform. */
export class PlatformAdmin extends AggregateRoot<PlatformAdminLifecycleEvent> {
  private constructor(
    private readonly fields: Omit<PlatformAdminSnapshot, 'version'>,
    version: number,
  ) {
    super('platform_admin', version);
  }

  /** `lastVersion` is where an earlier grant to this user ended, 0 without one. */
  static grant(userId: UserId, lastVersion: number, at: Date): PlatformAdmin {
    const granted = new PlatformAdmin({ userId, grantedAt: at }, lastVersion);
    const type = 'identities.platform_admin_granted';
    granted.record({ type, schemaVersion: 1, revoking: false, occurredAt: at, payload: { userId } });
    return granted;
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: PlatformAdminSnapshot): PlatformAdmin {
    return new PlatformAdmin(fields, version);
  }

  get userId(): UserId {
    return this.fields.userId;
  }

  get snapshot(): PlatformAdminSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return this.userId;
  }

  protected override get owningTenant(): null {
    return null;
  }

  /** Throws `LastPlatformAdmin`. */
  revoke(others: OtherPlatformAdmins, at: Date): void {
    this.mustLeaveAnAdmin(others);
    const type = 'identities.platform_admin_revoked';
    this.record({ type, schemaVersion: 1, revoking: true, occurredAt: at, payload: { userId: this.userId } });
  }

  /** Before its user is suspended, which takes the right away as well. Throws `LastPlatformAdmin`. */
  mayLoseItsUser(others: OtherPlatformAdmins): void {
    this.mustLeaveAnAdmin(others);
  }

  private mustLeaveAnAdmin(others: OtherPlatformAdmins): void {
    if (!others.anotherIsActive) throw new LastPlatformAdmin();
  }
}
