import type { Actor, Transaction, UserId } from '#kernel';
import type { PlatformAuthority, UserStatuses } from '../../identities/index.ts';
import { TenantCreationDisabled, TenantCreatorRequired } from '../domain/errors.ts';

/** `disabled` is single-tenant mode: the default tenant is the only one. */
export const TENANT_CREATION_RULES = ['anyone', 'platform_admins', 'disabled'] as const;
export type TenantCreationRule = (typeof TENANT_CREATION_RULES)[number];

/** Who may create a tenant on this platform: the operator's choice. */
export class TenantCreationPolicy {
  constructor(
    private readonly rule: TenantCreationRule,
    private readonly authority: PlatformAuthority,
    private readonly statuses: UserStatuses,
  ) {}

  /** Before anything else. Throws `TenantCreationDisabled`, `TenantCreatorRequired`. */
  creatorOf(actor: Actor): UserId {
    if (this.rule === 'disabled') throw new TenantCreationDisabled();
    if (actor.kind !== 'user') throw new TenantCreatorRequired();
    return actor.id;
  }

  /** In the transaction that creates the tenant. Throws `PlatformAdminRequired`, `UserNotActive`. */
  async admit(tx: Transaction, creatorId: UserId): Promise<void> {
    await Promise.all([
      this.rule === 'platform_admins' ? this.authority.mustGovern(tx, { kind: 'user', id: creatorId }) : undefined,
      this.statuses.holdActive(tx, creatorId),
    ]);
  }
}
