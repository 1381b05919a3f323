import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MemberNotFound } from '../domain/errors.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import type { TenantRole } from '../domain/tenant-role.ts';
import { TenantAccess } from './tenant-access.ts';

/**
 * By an admin of the tenant, also of their own role. The day of joining stays.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `RoleAboveOwn`, `MemberNotFound`, `VersionMismatch`,
 * `LastTenantAdmin`.
 */
export class ChangeTenantMemberRole extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly userId: UserId;
      readonly role: TenantRole;
      readonly expectedVersion: number;
    },
  ) {
    super();
  }
}

@CommandHandler(ChangeTenantMemberRole)
export class ChangeTenantMemberRoleHandler implements ICommandHandler<ChangeTenantMemberRole> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly members: TenantMembershipRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ChangeTenantMemberRole): Promise<{ version: number }> {
    const { tenantId, userId, role, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [{ authority }, membership, anotherIsActive] = await Promise.all([
        this.access.lock(tx, tenantId, context.actor),
        this.members.lock(tx, tenantId, userId),
        this.members.anotherActiveAdmin(tx, tenantId, userId),
      ]);
      authority.mustBeAbleToGrant(role);
      if (membership === null) throw new MemberNotFound();
      membership.expectVersion(expectedVersion);
      membership.changeRole(role, { anotherIsActive }, this.clock.now());
      await this.members.update(tx, membership);
      return { version: membership.version };
    });
  }
}
