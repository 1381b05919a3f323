import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserStatuses } from '../../identities/index.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { TenantMembership } from '../domain/tenant-membership.ts';
import type { TenantRole } from '../domain/tenant-role.ts';
import { TenantAccess } from './tenant-access.ts';

/**
 * By an admin of the tenant. Whoever was a member before comes back with this role and nothing else.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `RoleAboveOwn`, `AlreadyMember`,
 * `NamedUserNotFound`, `UserNotActive`.
 */
export class AddTenantMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly userId: UserId; readonly role: TenantRole },
  ) {
    super();
  }
}

@CommandHandler(AddTenantMember)
export class AddTenantMemberHandler implements ICommandHandler<AddTenantMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly members: TenantMembershipRepository,
    private readonly statuses: UserStatuses,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { tenantId, userId, role } }: AddTenantMember): Promise<{ version: number }> {
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [{ authority }, lastVersion] = await Promise.all([
        this.access.hold(tx, tenantId, context.actor),
        this.members.lastVersion(tx, tenantId, userId),
      ]);
      authority.mustBeAbleToGrant(role);
      const membership = TenantMembership.join({ tenantId, userId, role, lastVersion }, this.clock.now());
      // In this order: a tenant sees only its own people, so the status can be read once the user is one of them.
      await this.members.add(tx, membership);
      await this.statuses.holdActive(tx, userId);
      return { version: membership.version };
    });
  }
}
