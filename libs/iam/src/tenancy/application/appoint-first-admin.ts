import { Clock, platformScope, UnitOfWork, type ExecutionContext, type TenantId, type Transaction, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserStatuses } from '../../identities/index.ts';
import { ActiveAdminExists } from '../domain/errors.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { TenantMembership } from '../domain/tenant-membership.ts';
import { TenantGovernance } from './tenant-governance.ts';

/**
 * Gives a tenant that is left without an active admin a new one, by a platform admin. A member is promoted, anybody else
 * joins.
 *
 * Throws `PlatformAdminRequired`, `TenantNotFound`, `ActiveAdminExists`, `NamedUserNotFound`, `UserNotActive`.
 */
export class AppointFirstAdmin extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly userId: UserId },
  ) {
    super();
  }
}

@CommandHandler(AppointFirstAdmin)
export class AppointFirstAdminHandler implements ICommandHandler<AppointFirstAdmin> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly governance: TenantGovernance,
    private readonly members: TenantMembershipRepository,
    private readonly statuses: UserStatuses,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { tenantId, userId } }: AppointFirstAdmin): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      await this.governance.lock(tx, tenantId, context.actor);
      if (await this.members.anyActiveAdmin(tx, tenantId)) throw new ActiveAdminExists();
      await this.statuses.holdActive(tx, userId);
      const membership = await this.appoint(tx, tenantId, userId);
      return { version: membership.version };
    });
  }

  private async appoint(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<TenantMembership> {
    const at = this.clock.now();
    const member = await this.members.lock(tx, tenantId, userId);
    if (member !== null) {
      member.changeRole('admin', { anotherIsActive: false }, at);
      await this.members.update(tx, member);
      return member;
    }
    const lastVersion = await this.members.lastVersion(tx, tenantId, userId);
    const joined = TenantMembership.join({ tenantId, userId, role: 'admin', lastVersion }, at);
    await this.members.add(tx, joined);
    return joined;
  }
}
