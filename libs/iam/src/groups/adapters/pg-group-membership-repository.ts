import { executorOf } from '#database';
import type { GroupId, TenantId, Transaction, UserId } from '#kernel';
import { GroupMembershipRepository, type FoundMembership } from '../domain/group-membership-repository.ts';
import { GroupMembership } from '../domain/group-membership.ts';
import type { GroupRole } from '../domain/group-role.ts';
import type { GroupStanding } from '../domain/group-standing.ts';
import * as sql from './pg-group-memberships-sql.ts';
import { inWordsOfGroups } from './pg-groups-constraints.ts';

interface StandingRow {
  readonly tenant_role: string;
  readonly tenant_expires_at: Date | null;
  readonly group_role: GroupRole | null;
  readonly group_expires_at: Date | null;
}

interface PersonRow {
  readonly user_id: UserId;
  readonly active: boolean;
  readonly expires_at: Date | null;
}

interface VersionRow {
  readonly user_id: UserId;
  readonly version: number;
}

interface MembershipRow {
  readonly group_id: GroupId;
  readonly user_id: UserId;
  readonly role: GroupRole;
  readonly expires_at: Date | null;
  readonly version: number;
  readonly joined_at: Date;
  readonly updated_at: Date;
}

export class PgGroupMembershipRepository extends GroupMembershipRepository {
  override async moment(tx: Transaction): Promise<Date> {
    const [row] = await run<{ at: Date }>(tx, sql.moment, []);
    if (row === undefined) throw new Error('PostgreSQL did not tell the time');
    return row.at;
  }

  override async standing(tx: Transaction, tenantId: TenantId, groupId: GroupId, userId: UserId): Promise<GroupStanding | null> {
    const [row] = await run<StandingRow>(tx, sql.standing, [tenantId, groupId, userId]);
    if (row === undefined) return null;
    const { tenant_role: tenantRole, tenant_expires_at: tenantExpiresAt, group_role: groupRole, group_expires_at: groupExpiresAt } = row;
    return { tenantRole, tenantExpiresAt, groupRole, groupExpiresAt };
  }

  override async find(
    tx: Transaction,
    tenantId: TenantId,
    groupId: GroupId,
    userIds: readonly UserId[],
  ): Promise<readonly FoundMembership[]> {
    const [people, memberships, versions] = await Promise.all([
      run<PersonRow>(tx, sql.holdPeople, [tenantId, userIds]),
      run<MembershipRow>(tx, sql.lockSome, [tenantId, groupId, userIds]),
      run<VersionRow>(tx, sql.lastVersions, [tenantId, groupId, userIds]),
    ]);
    const personOf = new Map(people.map((row) => [row.user_id, { active: row.active, expiresAt: row.expires_at }]));
    const membershipOf = new Map(memberships.map((row) => [row.user_id, membershipIn(tenantId, row)]));
    const versionOf = new Map(versions.map((row) => [row.user_id, row.version]));
    return userIds.map((userId) => ({
      userId,
      membership: membershipOf.get(userId) ?? null,
      lastVersion: versionOf.get(userId) ?? 0,
      inTenant: personOf.get(userId) ?? null,
    }));
  }

  override async lastingAdmins(tx: Transaction, tenantId: TenantId, groupId: GroupId, atMost: number): Promise<readonly UserId[]> {
    const rows = await run<{ user_id: UserId }>(tx, sql.lastingAdmins, [tenantId, groupId, atMost]);
    return rows.map((row) => row.user_id);
  }

  override async add(tx: Transaction, membership: GroupMembership): Promise<void> {
    const { tenantId, groupId, userId, role, expiresAt, version, joinedAt, updatedAt } = membership.snapshot;
    await inWordsOfGroups(run(tx, sql.add, [tenantId, groupId, userId, role, expiresAt, version, joinedAt, updatedAt]));
    tx.collect(membership);
  }

  override async update(tx: Transaction, membership: GroupMembership): Promise<void> {
    const { tenantId, groupId, userId, role, expiresAt, version, updatedAt } = membership.snapshot;
    await run(tx, sql.update, [tenantId, groupId, userId, role, expiresAt, version, updatedAt]);
    tx.collect(membership);
  }

  override async remove(tx: Transaction, memberships: readonly GroupMembership[]): Promise<void> {
    const removed = memberships.map((membership) => membership.snapshot);
    await run(tx, sql.remove, [
      removed.map(({ tenantId }) => tenantId),
      removed.map(({ groupId }) => groupId),
      removed.map(({ userId }) => userId),
      removed.map(({ version }) => version),
      removed.map(({ updatedAt }) => updatedAt),
    ]);
    for (const membership of memberships) tx.collect(membership);
  }

  override async lockAll(tx: Transaction, tenantId: TenantId, groupId: GroupId): Promise<readonly GroupMembership[]> {
    return (await run<MembershipRow>(tx, sql.lockAll, [tenantId, groupId])).map((row) => membershipIn(tenantId, row));
  }

  override async lockAllOf(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<readonly GroupMembership[]> {
    return (await run<MembershipRow>(tx, sql.lockAllOf, [tenantId, userId])).map((row) => membershipIn(tenantId, row));
  }

  override async lockAllEnded(tx: Transaction, limit: number): Promise<readonly GroupMembership[]> {
    const rows = await run<MembershipRow & { readonly tenant_id: TenantId }>(tx, sql.lockAllEnded, [limit]);
    return rows.map((row) => membershipIn(row.tenant_id, row));
  }
}

async function run<Row>(tx: Transaction, { name, text }: { name: string; text: string }, values: readonly unknown[]) {
  return (await executorOf(tx).query<Row>(text, values, name)).rows;
}

function membershipIn(tenantId: TenantId, row: MembershipRow): GroupMembership {
  const { group_id: groupId, user_id: userId, expires_at: expiresAt, joined_at: joinedAt, updated_at: updatedAt, role, version } = row;
  return GroupMembership.rehydrate({ tenantId, groupId, userId, role, expiresAt, version, joinedAt, updatedAt });
}
