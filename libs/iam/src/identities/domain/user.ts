import { AggregateRoot, type TenantId, type UserId } from '#kernel';
import { UserDeactivated } from './errors.ts';
import type { UserLifecycleEvent } from './events.ts';
import { isSameProfile, refreshed, type Profile } from './profile.ts';

export const USER_STATUSES = ['active', 'suspended', 'deactivated'] as const;
export type UserStatus = (typeof USER_STATUSES)[number];

export interface UserSnapshot extends Profile {
  readonly id: UserId;
  readonly status: UserStatus;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** A person, on every tenant of this platform the same one. */
export class User extends AggregateRoot<UserLifecycleEvent> {
  private constructor(
    private fields: Omit<UserSnapshot, 'version'>,
    version: number,
  ) {
    super('user', version);
  }

  static provision(id: UserId, profile: Profile, at: Date): User {
    const user = new User({ ...profile, id, status: 'active', createdAt: at, updatedAt: at }, 0);
    user.record({ type: 'identities.user_provisioned', schemaVersion: 1, revoking: false, occurredAt: at, payload: { userId: id } });
    return user;
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: UserSnapshot): User {
    return new User(fields, version);
  }

  get id(): UserId {
    return this.fields.id;
  }

  get status(): UserStatus {
    return this.fields.status;
  }

  get snapshot(): UserSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return this.id;
  }

  protected override get owningTenant(): null {
    return null;
  }

  /** A login brought this profile. Does nothing when it says nothing new. */
  learn(told: Profile, at: Date): void {
    const { email, emailVerified, displayName } = refreshed(this.fields, told);
    if (isSameProfile(this.fields, { email, emailVerified, displayName })) return;
    const changed: ('email' | 'email_verified' | 'display_name')[] = [];
    if (email !== this.fields.email) changed.push('email');
    if (emailVerified !== this.fields.emailVerified) changed.push('email_verified');
    if (displayName !== this.fields.displayName) changed.push('display_name');
    this.fields = { ...this.fields, email, emailVerified, displayName, updatedAt: at };
    const payload = { userId: this.id, changed };
    this.record({ type: 'identities.user_profile_changed', schemaVersion: 1, revoking: false, occurredAt: at, payload });
  }

  /** `tenants`: every tenant of the user; each is told, and so is the platform. Does nothing when suspended already. */
  suspend(tenants: readonly TenantId[], at: Date): void {
    this.mustNotBeDeactivated();
    if (this.status === 'suspended') return;
    this.fields = { ...this.fields, status: 'suspended', updatedAt: at };
    for (const tenantId of [null, ...tenants]) {
      const payload = { userId: this.id, tenantId };
      this.record({ type: 'identities.user_suspended', schemaVersion: 1, revoking: true, occurredAt: at, tenantId, payload });
    }
  }

  /** `tenants` as for `suspend`. Does nothing when active already. */
  reactivate(tenants: readonly TenantId[], at: Date): void {
    this.mustNotBeDeactivated();
    if (this.status === 'active') return;
    this.fields = { ...this.fields, status: 'active', updatedAt: at };
    for (const tenantId of [null, ...tenants]) {
      const payload = { userId: this.id, tenantId };
      this.record({ type: 'identities.user_reactivated', schemaVersion: 1, revoking: false, occurredAt: at, tenantId, payload });
    }
  }

  private mustNotBeDeactivated(): void {
    if (this.status === 'deactivated') throw new UserDeactivated();
  }
}
