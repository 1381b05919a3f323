import type { TenantId, Transaction } from '#kernel';
import type { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import type { OtherAdmins, TenantMembership } from '../domain/tenant-membership.ts';
import type { Clearing, Offboarding } from './below-the-tenant.ts';

/** The end of a membership and of everything that rested on it. */
export class MemberRemoval implements Clearing {
  constructor(
    private readonly members: TenantMembershipRepository,
    /** In the order in which the library locks: workspaces before groups. */
    private readonly below: readonly Offboarding[],
  ) {}

  /** Under the lock on the tenant and on the membership. Throws `LastTenantAdmin`. */
  async remove(tx: Transaction, tenantId: TenantId, membership: TenantMembership, at: Date): Promise<void> {
    const anotherIsActive = await this.members.anotherActiveAdmin(tx, tenantId, membership.userId);
    await this.end(tx, tenantId, membership, { anotherIsActive }, at);
  }

  /** One past its end, under the lock on it. Never refused. */
  async clear(tx: Transaction, membership: TenantMembership, at: Date): Promise<void> {
    await this.end(tx, membership.snapshot.tenantId, membership, { anotherIsActive: false }, at);
  }

  async clearAway(tx: Transaction, limit: number, at: Date): Promise<number> {
    const ended = await this.members.lockAllEnded(tx, limit);
    for (const membership of ended) await this.clear(tx, membership, at);
    return ended.length;
  }

  private async end(tx: Transaction, tenantId: TenantId, membership: TenantMembership, others: OtherAdmins, at: Date): Promise<void> {
    membership.remove(others, at);
    // First in the log: with this one relationship gone, the graph lets the user into nothing below the tenant.
    tx.collect(membership);
    for (const part of this.below) await part.offboard(tx, tenantId, membership.userId, at);
    await this.members.remove(tx, membership);
  }
}
