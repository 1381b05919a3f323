import type { TenantId, Transaction, UserId } from '#kernel';
import { InMemoryTable, type Restorable } from '#kernel/testing';
import { NamedUserNotFound } from '../../identities/index.ts';
import { AlreadyMember, ExternalIdTaken, TenantSlugTaken } from '../domain/errors.ts';
import type { Standing } from '../domain/tenant-authority.ts';
import { isOver } from '../domain/membership-end.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { TenantMembership, type TenantMembershipSnapshot } from '../domain/tenant-membership.ts';
import { TenantRepository } from '../domain/tenant-repository.ts';
import { Tenant, type TenantSnapshot } from '../domain/tenant.ts';

/** The users as far as tenancy rests on them. */
export interface People {
  exists(id: UserId): boolean;
  isActive(id: UserId): boolean;
  /** By which memberships end. */
  now(): Date;
}

export const membershipKey = (tenantId: TenantId, userId: UserId) => `${tenantId}:${userId}`;

/** The tables of this module. */
export class InMemoryTenancy implements Restorable {
  readonly tenants = new InMemoryTable<TenantSnapshot>();
  readonly members = new InMemoryTable<TenantMembershipSnapshot>();
  readonly removed = new InMemoryTable<number>();

  remember(): () => void {
    const undo = [this.tenants, this.members, this.removed].map((table) => table.remember());
    return () => undo.forEach((bringBack) => bringBack());
  }

  tenantsOf(id: UserId): readonly TenantId[] {
    const own = this.members.all().filter(({ userId }) => userId === id);
    return own.map(({ tenantId }) => tenantId);
  }
}

export class FakeTenantRepository extends TenantRepository {
  constructor(
    private readonly rows: InMemoryTenancy,
    private readonly members: TenantMembershipRepository,
  ) {
    super();
  }

  override async hold(_tx: Transaction, id: TenantId): Promise<Tenant | null> {
    const row = this.rows.tenants.get(id);
    return row === undefined ? null : Tenant.rehydrate(row);
  }

  override lock(tx: Transaction, id: TenantId): Promise<Tenant | null> {
    return this.hold(tx, id);
  }

  override async create(tx: Transaction, tenant: Tenant, firstAdmin: TenantMembership): Promise<void> {
    this.store(tenant);
    tx.collect(tenant);
    await this.members.add(tx, firstAdmin);
  }

  override async createDefault(tx: Transaction, tenant: Tenant): Promise<boolean> {
    const others = this.rows.tenants.all();
    if (others.some(({ isDefault, slug }) => isDefault || slug === tenant.snapshot.slug)) return false;
    await this.update(tx, tenant);
    return true;
  }

  override async findDefault(): Promise<TenantId | null> {
    return this.rows.tenants.all().find(({ isDefault }) => isDefault)?.id ?? null;
  }

  override async update(tx: Transaction, tenant: Tenant): Promise<void> {
    this.store(tenant);
    tx.collect(tenant);
  }

  private store({ snapshot }: Tenant): void {
    const others = this.rows.tenants.all().filter(({ id }) => id !== snapshot.id);
    if (others.some(({ slug }) => slug === snapshot.slug)) throw new TenantSlugTaken();
    if (others.some(({ externalId }) => externalId !== null && externalId === snapshot.externalId)) throw new ExternalIdTaken();
    this.rows.tenants.put(snapshot.id, snapshot);
  }
}

export class FakeTenantMembershipRepository extends TenantMembershipRepository {
  constructor(
    private readonly rows: InMemoryTenancy,
    private readonly people: People,
  ) {
    super();
  }

  override async standing(_tx: Transaction, tenantId: TenantId, userId: UserId): Promise<Standing | null> {
    const row = this.lasting(tenantId, userId);
    return row && { role: row.role, active: this.people.isActive(userId), expiresAt: row.expiresAt };
  }

  override async lock(_tx: Transaction, tenantId: TenantId, userId: UserId): Promise<TenantMembership | null> {
    const row = this.lasting(tenantId, userId);
    return row && TenantMembership.rehydrate(row);
  }

  override async lockEnded(tx: Transaction, tenant: TenantId, user: UserId): Promise<TenantMembership | null> {
    const ended = await this.lockAllEnded(tx, Infinity);
    return ended.find(({ snapshot: { tenantId, userId } }) => tenantId === tenant && userId === user) ?? null;
  }

  override async lockAllEnded(_tx: Transaction, limit: number): Promise<readonly TenantMembership[]> {
    const ended = this.rows.members.all().filter(({ expiresAt }) => isOver(expiresAt, this.people.now()));
    const inOrder = ended.sort((one, other) => Number(one.expiresAt) - Number(other.expiresAt));
    return inOrder.slice(0, limit).map((row) => TenantMembership.rehydrate(row));
  }

  override async anotherActiveAdmin(_tx: Transaction, tenantId: TenantId, except: UserId): Promise<boolean> {
    return this.activeAdmins(tenantId).some((userId) => userId !== except);
  }

  override async anyActiveAdmin(_tx: Transaction, tenantId: TenantId): Promise<boolean> {
    return this.activeAdmins(tenantId).length > 0;
  }

  override async lastVersion(_tx: Transaction, tenantId: TenantId, userId: UserId): Promise<number> {
    return this.rows.removed.get(membershipKey(tenantId, userId)) ?? 0;
  }

  override async add(tx: Transaction, membership: TenantMembership): Promise<void> {
    const { tenantId, userId } = membership.snapshot;
    if (this.rows.members.get(membershipKey(tenantId, userId)) !== undefined) throw new AlreadyMember();
    if (!this.people.exists(userId)) throw new NamedUserNotFound();
    await this.update(tx, membership);
  }

  override async update(tx: Transaction, membership: TenantMembership): Promise<void> {
    const { tenantId, userId } = membership.snapshot;
    this.rows.members.put(membershipKey(tenantId, userId), membership.snapshot);
    tx.collect(membership);
  }

  override async remove(tx: Transaction, membership: TenantMembership): Promise<void> {
    const { tenantId, userId, version } = membership.snapshot;
    this.rows.members.delete(membershipKey(tenantId, userId));
    this.rows.removed.put(membershipKey(tenantId, userId), version);
    tx.collect(membership);
  }

  private lasting(tenantId: TenantId, userId: UserId): TenantMembershipSnapshot | null {
    const row = this.rows.members.get(membershipKey(tenantId, userId));
    return row === undefined || isOver(row.expiresAt, this.people.now()) ? null : row;
  }

  private activeAdmins(tenant: TenantId): readonly UserId[] {
    const members = this.rows.members.all().filter(({ tenantId }) => tenantId === tenant);
    const admins = members.filter(({ role, expiresAt }) => role === 'admin' && expiresAt === null);
    return admins.map(({ userId }) => userId).filter((id) => this.people.isActive(id));
  }
}
