import type { TenantId, Transaction, UserId } from '#kernel';
import { InMemoryTable, type Restorable } from '#kernel/testing';
import { IdentityDirectory, type KnownUser } from '../application/provision-user.ts';
import { PlatformAuthority } from '../application/platform-authority.ts';
import { UserStatuses } from '../application/user-statuses.ts';
import { AlreadyPlatformAdmin } from '../domain/errors.ts';
import type { Identity } from '../domain/identity.ts';
import type { Profile } from '../domain/profile.ts';
import { PlatformAdminRepository } from '../domain/platform-admin-repository.ts';
import { PlatformAdmin, type PlatformAdminSnapshot } from '../domain/platform-admin.ts';
import { UserRepository } from '../domain/user-repository.ts';
import { User, type UserSnapshot, type UserStatus } from '../domain/user.ts';

const keyOf = ({ issuer, subject }: Identity) => JSON.stringify([issuer, subject]);

/** The tables of this module, and fakes of its ports over them. */
export class InMemoryIdentities implements Restorable {
  readonly users = new InMemoryTable<UserSnapshot>();
  readonly identities = new InMemoryTable<UserId>();
  readonly admins = new InMemoryTable<PlatformAdminSnapshot>();
  readonly removedAdmins = new InMemoryTable<number>();

  remember(): () => void {
    const undo = [this.users, this.identities, this.admins, this.removedAdmins].map((table) => table.remember());
    return () => undo.forEach((bringBack) => bringBack());
  }

  isActive(id: UserId): boolean {
    return this.users.get(id)?.status === 'active';
  }
}

export class FakeUserRepository extends UserRepository {
  constructor(
    private readonly rows: InMemoryIdentities,
    private readonly tenants: (id: UserId) => readonly TenantId[],
  ) {
    super();
  }

  override async lock(_tx: Transaction, id: UserId): Promise<User | null> {
    const row = this.rows.users.get(id);
    return row === undefined ? null : User.rehydrate(row);
  }

  override async tenantsOf(_tx: Transaction, id: UserId): Promise<readonly TenantId[]> {
    return this.tenants(id);
  }

  override async idBehind(_tx: Transaction, identity: Identity): Promise<UserId | null> {
    return this.rows.identities.get(keyOf(identity)) ?? null;
  }

  override async provision(tx: Transaction, user: User, identity: Identity): Promise<boolean> {
    if (this.rows.identities.get(keyOf(identity)) !== undefined) return false;
    this.rows.identities.put(keyOf(identity), user.id);
    await this.update(tx, user);
    return true;
  }

  override async update(tx: Transaction, user: User): Promise<void> {
    this.rows.users.put(user.id, user.snapshot);
    tx.collect(user);
  }
}

export class FakePlatformAdminRepository extends PlatformAdminRepository {
  constructor(private readonly rows: InMemoryIdentities) {
    super();
  }

  override async lockPlatform(): Promise<void> {}

  override async find(_tx: Transaction, userId: UserId): Promise<PlatformAdmin | null> {
    const row = this.rows.admins.get(userId);
    return row === undefined ? null : PlatformAdmin.rehydrate(row);
  }

  override async anotherActiveAdmin(_tx: Transaction, except: UserId): Promise<boolean> {
    return this.rows.admins.all().some(({ userId }) => userId !== except && this.rows.isActive(userId));
  }

  override async lastVersion(_tx: Transaction, userId: UserId): Promise<number> {
    return this.rows.removedAdmins.get(userId) ?? 0;
  }

  override async add(tx: Transaction, admin: PlatformAdmin): Promise<void> {
    if (this.rows.admins.get(admin.userId) !== undefined) throw new AlreadyPlatformAdmin();
    this.rows.admins.put(admin.userId, admin.snapshot);
    tx.collect(admin);
  }

  override async remove(tx: Transaction, admin: PlatformAdmin): Promise<void> {
    this.rows.admins.delete(admin.userId);
    this.rows.removedAdmins.put(admin.userId, admin.version);
    tx.collect(admin);
  }
}

export class FakeUserStatuses extends UserStatuses {
  constructor(private readonly rows: InMemoryIdentities) {
    super();
  }

  override async hold(_tx: Transaction, userId: UserId): Promise<UserStatus | null> {
    return this.rows.users.get(userId)?.status ?? null;
  }
}

export class FakePlatformAuthority extends PlatformAuthority {
  constructor(private readonly rows: InMemoryIdentities) {
    super();
  }

  protected override async holds(_tx: Transaction, userId: UserId): Promise<boolean> {
    return this.rows.admins.get(userId) !== undefined && this.rows.isActive(userId);
  }
}

export class FakeIdentityDirectory extends IdentityDirectory {
  constructor(private readonly rows: InMemoryIdentities) {
    super();
  }

  override async find(identity: Identity): Promise<(KnownUser & { readonly profile: Profile }) | null> {
    const id = this.rows.identities.get(keyOf(identity));
    const user = id === undefined ? undefined : this.rows.users.get(id);
    if (user === undefined) return null;
    const { email, emailVerified, displayName } = user;
    return { user_id: user.id, status: user.status, profile: { email, emailVerified, displayName } };
  }
}
