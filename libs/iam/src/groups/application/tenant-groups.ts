import type { TenantId, Transaction, UserId } from '#kernel';
import { Offboarding } from '../../tenancy/index.ts';
import type { GroupMembershipRepository } from '../domain/group-membership-repository.ts';

/** What the end of a membership of the tenant means for its groups. */
export class TenantGroups extends Offboarding {
  constructor(private readonly members: GroupMembershipRepository) {
    super();
  }

  override async offboard(tx: Transaction, tenantId: TenantId, userId: UserId, at: Date): Promise<void> {
    const memberships = await this.members.lockAllOf(tx, tenantId, userId);
    if (memberships.length === 0) return;
    for (const membership of memberships) membership.end(at);
    await this.members.remove(tx, memberships);
  }
}
