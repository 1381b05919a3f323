import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { MemberNotFound } from '../domain/errors.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { MemberRemoval } from './member-removal.ts';
import { TenantAccess } from './tenant-access.ts';

/**
 * By an admin of the tenant: the membership and every role below it, at once and for good. Never refused for being the
 * last owner of a workspace.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `MemberNotFound`, `VersionMismatch`, `LastTenantAdmin`.
 */
export class RemoveTenantMember extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly userId: UserId; readonly expectedVersion: number },
  ) {
    super();
  }
}

@CommandHandler(RemoveTenantMember)
export class RemoveTenantMemberHandler implements ICommandHandler<RemoveTenantMember> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly members: TenantMembershipRepository,
    private readonly removal: MemberRemoval,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: RemoveTenantMember): Promise<{ version: number }> {
    const { tenantId, userId, expectedVersion } = input;
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [{ authority }, membership] = await Promise.all([
        this.access.lock(tx, tenantId, context.actor),
        this.members.lock(tx, tenantId, userId),
      ]);
      authority.mustAdminister();
      if (membership === null) throw new MemberNotFound();
      membership.expectVersion(expectedVersion);
      await this.removal.remove(tx, tenantId, membership, this.clock.now());
      return { version: membership.version };
    });
  }
}
