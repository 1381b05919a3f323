import type { GroupId, TenantId, Transaction, UserId } from '#kernel';
import { UserNotActive } from '../../identities/index.ts';
import { isOver } from '../../tenancy/index.ts';
import { AlreadyGroupMember, GroupMemberNotFound, UserNotInTenant } from '../domain/errors.ts';
import type { FoundMembership, GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import { GroupMembership } from '../domain/group-membership.ts';
import type { GroupRole } from '../domain/group-role.ts';

/**
 * Who is in a group that this transaction locked, as far as a command needs it. Every rule is decided here, by what was
 * read under the lock, so that no statement is refused later: one refused item of many leaves the others as they are.
 */
export class GroupRoster {
  private constructor(
    private readonly place: { readonly tenantId: TenantId; readonly groupId: GroupId },
    private readonly found: Map<UserId, FoundMembership>,
    private readonly lastingAdmins: Set<UserId>,
    private readonly at: Date,
  ) {}

  /** Of these users. One admin more than may go at most is enough to tell whether one stays. */
  static async read(
    members: GroupMembershipRepository,
    tx: Transaction,
    place: { readonly tenantId: TenantId; readonly groupId: GroupId; readonly userIds: readonly UserId[]; readonly at: Date },
  ): Promise<GroupRoster> {
    const { tenantId, groupId, userIds, at } = place;
    const distinct = [...new Set(userIds)];
    const [found, admins] = await Promise.all([
      members.find(tx, tenantId, groupId, distinct),
      members.lastingAdmins(tx, tenantId, groupId, distinct.length + 1),
    ]);
    return new GroupRoster({ tenantId, groupId }, new Map(found.map((one) => [one.userId, one])), new Set(admins), at);
  }

  /** Throws `GroupMemberNotFound`, also for who is past their end, here or in the tenant. */
  member(userId: UserId): GroupMembership {
    const { membership, inTenant } = this.of(userId);
    if (membership === null || membership.isOver(this.at)) throw new GroupMemberNotFound();
    if (inTenant === null || isOver(inTenant.expiresAt, this.at)) throw new GroupMemberNotFound();
    return membership;
  }

  /** What the rule about the last admin asks before this one changes. */
  others(userId: UserId): { readonly anotherStays: boolean } {
    return { anotherStays: [...this.lastingAdmins].some((admin) => admin !== userId) };
  }

  /**
   * A new membership, and the one past its end that it follows, which is to be removed first.
   *
   * Throws `UserNotInTenant`, `UserNotActive`, `AlreadyGroupMember`.
   */
  join(userId: UserId, role: GroupRole, expiresAt: Date | null): { joined: GroupMembership; over: GroupMembership | null } {
    const { membership: before, lastVersion, inTenant } = this.of(userId);
    if (inTenant === null || isOver(inTenant.expiresAt, this.at)) throw new UserNotInTenant();
    if (!inTenant.active) throw new UserNotActive();
    if (before !== null && !before.isOver(this.at)) throw new AlreadyGroupMember();
    before?.end(this.at);
    const joined = GroupMembership.join({ ...this.place, userId, role, expiresAt, lastVersion: before?.version ?? lastVersion }, this.at);
    this.found.set(userId, { userId, membership: joined, lastVersion, inTenant });
    if (role === 'admin' && expiresAt === null && inTenant.expiresAt === null) this.lastingAdmins.add(userId);
    return { joined, over: before };
  }

  /** Throws `GroupMemberNotFound`, `LastGroupAdmin`. */
  remove(userId: UserId): GroupMembership {
    const membership = this.member(userId);
    membership.remove(this.others(userId), this.at);
    this.found.set(userId, { ...this.of(userId), membership: null, lastVersion: membership.version });
    this.lastingAdmins.delete(userId);
    return membership;
  }

  private of(userId: UserId): FoundMembership {
    return this.found.get(userId) ?? { userId, membership: null, lastVersion: 0, inTenant: null };
  }
}
