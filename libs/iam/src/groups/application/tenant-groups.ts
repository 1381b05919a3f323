import type { TenantId, Transaction, UserId } from '#kernel';
import { Offboarding } from '../../tenancy/index.ts';
import type { GroupMembershipRepository } from '../domain/group-membership-repository.ts';
import type { GroupMembership } from '../domain/group-membership.ts';

/** What the end of a membership of the tenant means for its groups. */
export class TenantGroups extends Offboarding {
  constructor(private readonly members: GroupMembershipRepository) {
    super();
  }

  override async offboard(tx: Transaction, tenantId: TenantId, userId: UserId, at: Date): Promise<void> {
    await this.endAll(tx, await this.members.lockAllOf(tx, tenantId, userId), at);
  }

  override async clearAway(tx: Transaction, limit: number, at: Date): Promise<number> {
    const ended = await this.members.lockAllEnded(tx, limit);
    await this.endAll(tx, ended, at);
    return ended.length;
  }

  private async endAll(tx: Transaction, memberships: readonly GroupMembership[], at: Date): Promise<void> {
    if (memberships.length === 0) return;
    for (const membership of memberships) membership.end(at);
    await this.members.remove(tx, memberships);
  }
}
