import type { TenantId, Transaction, UserId } from '#kernel';
import type { UserStatuses } from '../../identities/index.ts';
import type { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { TenantMembership, type NewMember } from '../domain/tenant-membership.ts';
import type { MemberRemoval } from './member-removal.ts';

/** What is left of a user's earlier membership. */
export interface Formerly {
  /** A membership past its end, which nobody has cleared away yet. */
  readonly ended: TenantMembership | null;
  readonly lastVersion: number;
}

/** The beginning of a membership, after the end of whatever was there before. */
export class MemberAdmission {
  constructor(
    private readonly members: TenantMembershipRepository,
    private readonly removal: MemberRemoval,
    private readonly statuses: UserStatuses,
  ) {}

  async formerly(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<Formerly> {
    const [ended, lastVersion] = await Promise.all([
      this.members.lockEnded(tx, tenantId, userId),
      this.members.lastVersion(tx, tenantId, userId),
    ]);
    return { ended, lastVersion };
  }

  /** Throws `ExpiryNotAhead`, `ExpiryTooFar`, `AlreadyMember`, `NamedUserNotFound`, `UserNotActive`. */
  async admit(
    tx: Transaction,
    member: Omit<NewMember, 'lastVersion'>,
    { ended, lastVersion }: Formerly,
    at: Date,
  ): Promise<TenantMembership> {
    if (ended !== null) await this.removal.clear(tx, ended, at);
    const joined = TenantMembership.join({ ...member, lastVersion: ended?.version ?? lastVersion }, at);
    // In this order: a tenant sees only its own people, so the status can be read once the user is one of them.
    await this.members.add(tx, joined);
    await this.mustBeActive(tx, member.userId);
    return joined;
  }

  /** And stays so until the transaction ends. Throws `NamedUserNotFound`, `UserNotActive`. */
  async mustBeActive(tx: Transaction, userId: UserId): Promise<void> {
    await this.statuses.holdActive(tx, userId);
  }
}
