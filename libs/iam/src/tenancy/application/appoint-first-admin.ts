import { Clock, platformScope, UnitOfWork, type ExecutionContext, type TenantId, type Transaction, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { ActiveAdminExists } from '../domain/errors.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import type { TenantMembership } from '../domain/tenant-membership.ts';
import { MemberAdmission } from './member-admission.ts';
import { TenantGovernance } from './tenant-governance.ts';

/**
 * Gives a tenant that is left without an active admin, one who is there to stay, a new one, by a platform admin. A member
 * is promoted and stays for good, anybody else joins.
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
    private readonly admission: MemberAdmission,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { tenantId, userId } }: AppointFirstAdmin): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      await this.governance.lock(tx, tenantId, context.actor);
      if (await this.members.anyActiveAdmin(tx, tenantId)) throw new ActiveAdminExists();
      await this.admission.mustBeActive(tx, userId);
      const membership = await this.appoint(tx, tenantId, userId);
      return { version: membership.version };
    });
  }

  private async appoint(tx: Transaction, tenantId: TenantId, userId: UserId): Promise<TenantMembership> {
    const at = this.clock.now();
    const member = await this.members.lock(tx, tenantId, userId);
    if (member !== null) {
      member.changeRole('admin', { anotherIsActive: false }, at);
      member.changeExpiry(null, { anotherIsActive: false }, at);
      await this.members.update(tx, member);
      return member;
    }
    const formerly = await this.admission.formerly(tx, tenantId, userId);
    return this.admission.admit(tx, { tenantId, userId, role: 'admin' }, formerly, at);
  }
}
