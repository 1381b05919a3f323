import type { GroupId, TenantId, Transaction, UserId } from '#kernel';
import { InMemoryTable, type Restorable } from '#kernel/testing';
import { AlreadyGroupMember, GroupNameTaken, UserNotInTenant } from '../domain/errors.ts';
import { GroupMembershipRepository, type FoundMembership } from '../domain/group-membership-repository.ts';
import { GroupMembership, type GroupMembershipSnapshot } from '../domain/group-membership.ts';
import { GroupRepository } from '../domain/group-repository.ts';
import type { GroupStanding } from '../domain/group-standing.ts';
import { Group, type GroupSnapshot } from '../domain/group.ts';

/** The people of a tenant as far as its groups rest on them. */
export interface PeopleOfTenants {
  /** By which memberships end. */
  now(): Date;
  inTenant(tenantId: TenantId, userId: UserId): { readonly role: string; readonly active: boolean; readonly expiresAt: Date | null } | null;
}

export const groupMembershipKey = (groupId: GroupId, userId: UserId) => `${groupId}:${userId}`;

/** The tables of this module. */
export class InMemoryGroups implements Restorable {
  readonly groups = new InMemoryTable<GroupSnapshot>();
  readonly members = new InMemoryTable<GroupMembershipSnapshot>();
  readonly removed = new InMemoryTable<number>();

  remember(): () => void {
    const undo = [this.groups, this.members, this.removed].map((table) => table.remember());
    return () => undo.forEach((bringBack) => bringBack());
  }

  membersOf(groupId: GroupId): GroupMembershipSnapshot[] {
    return this.members.all().filter((row) => row.groupId === groupId);
  }
}

export class FakeGroupRepository extends GroupRepository {
  constructor(
    private readonly rows: InMemoryGroups,
    private readonly members: GroupMembershipRepository,
  ) {
    super();
  }

  override async lock(_tx: Transaction, tenantId: TenantId, groupId: GroupId): Promise<Group | null> {
    const row = this.rows.groups.get(groupId);
    return row?.tenantId === tenantId ? Group.rehydrate(row) : null;
  }

  override async create(tx: Transaction, group: Group, admin: GroupMembership): Promise<void> {
    await this.update(tx, group);
    await this.members.add(tx, admin);
  }

  override async update(tx: Transaction, group: Group): Promise<void> {
    const { snapshot } = group;
    const others = this.rows.groups.all().filter(({ id, tenantId }) => id !== snapshot.id && tenantId === snapshot.tenantId);
    if (others.some(({ name }) => name.toLowerCase() === snapshot.name.toLowerCase())) throw new GroupNameTaken();
    this.rows.groups.put(group.id, snapshot);
    tx.collect(group);
  }

  override async delete(tx: Transaction, group: Group): Promise<void> {
    this.rows.groups.delete(group.id);
    tx.collect(group);
  }
}

export class FakeGroupMembershipRepository extends GroupMembershipRepository {
  constructor(
    private readonly rows: InMemoryGroups,
    private readonly people: PeopleOfTenants,
  ) {
    super();
  }

  override async moment(): Promise<Date> {
    return this.people.now();
  }

  override async standing(_tx: Transaction, tenantId: TenantId, groupId: GroupId, userId: UserId): Promise<GroupStanding | null> {
    const inTenant = this.people.inTenant(tenantId, userId);
    if (inTenant === null) return null;
    const row = this.rows.members.get(groupMembershipKey(groupId, userId));
    const own = row?.tenantId === tenantId ? row : undefined;
    return {
      tenantRole: inTenant.role,
      tenantExpiresAt: inTenant.expiresAt,
      groupRole: own?.role ?? null,
      groupExpiresAt: own?.expiresAt ?? null,
    };
  }

  override async find(
    _tx: Transaction,
    tenantId: TenantId,
    groupId: GroupId,
    userIds: readonly UserId[],
  ): Promise<readonly FoundMembership[]> {
    return userIds.map((userId) => {
      const key = groupMembershipKey(groupId, userId);
      const row = this.rows.members.get(key);
      const person = this.people.inTenant(tenantId, userId);
      return {
        userId,
        membership: row?.tenantId === tenantId ? GroupMembership.rehydrate(row) : null,
        lastVersion: this.rows.removed.get(key) ?? 0,
        inTenant: person && { active: person.active, expiresAt: person.expiresAt },
      };
    });
  }

  override async lastingAdmins(_tx: Transaction, tenantId: TenantId, groupId: GroupId, atMost: number): Promise<readonly UserId[]> {
    const admins = this.rows.membersOf(groupId).filter(({ role, expiresAt }) => role === 'admin' && expiresAt === null);
    const lasting = admins.filter(({ userId }) => {
      const person = this.people.inTenant(tenantId, userId);
      return person !== null && person.active && person.expiresAt === null;
    });
    return lasting.map(({ userId }) => userId).slice(0, atMost);
  }

  override async add(tx: Transaction, membership: GroupMembership): Promise<void> {
    const { tenantId, groupId, userId } = membership.snapshot;
    if (this.rows.members.get(groupMembershipKey(groupId, userId)) !== undefined) throw new AlreadyGroupMember();
    if (this.people.inTenant(tenantId, userId) === null) throw new UserNotInTenant();
    await this.update(tx, membership);
  }

  override async update(tx: Transaction, membership: GroupMembership): Promise<void> {
    const { groupId, userId } = membership.snapshot;
    this.rows.members.put(groupMembershipKey(groupId, userId), membership.snapshot);
    tx.collect(membership);
  }

  override async remove(tx: Transaction, memberships: readonly GroupMembership[]): Promise<void> {
    for (const membership of memberships) {
      const { groupId, userId, version } = membership.snapshot;
      const key = groupMembershipKey(groupId, userId);
      this.rows.members.delete(key);
      this.rows.removed.put(key, version);
      tx.collect(membership);
    }
  }

  override async lockAll(_tx: Transaction, tenantId: TenantId, groupId: GroupId): Promise<readonly GroupMembership[]> {
    return this.rows
      .membersOf(groupId)
      .filter((row) => row.tenantId === tenantId)
      .map((row) => GroupMembership.rehydrate(row));
  }

  override async lockAllOf(_tx: Transaction, tenant: TenantId, user: UserId): Promise<readonly GroupMembership[]> {
    const own = this.rows.members.all().filter(({ tenantId, userId }) => tenantId === tenant && userId === user);
    return own.map((row) => GroupMembership.rehydrate(row));
  }

  override async lockAllEnded(_tx: Transaction, limit: number): Promise<readonly GroupMembership[]> {
    const all = this.rows.members.all().map((row) => GroupMembership.rehydrate(row));
    const ended = all.filter((membership) => membership.isOver(this.people.now()));
    return ended.sort((one, other) => Number(one.expiresAt) - Number(other.expiresAt)).slice(0, limit);
  }
}
