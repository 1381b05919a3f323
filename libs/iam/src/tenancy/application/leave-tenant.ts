import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantNotFound } from '../domain/errors.ts';
import { TenantMembershipRepository } from '../domain/tenant-membership-repository.ts';
import { MemberRemoval } from './member-removal.ts';
import { TenantAccess } from './tenant-access.ts';

/**
 * The acting user's own membership and every role below it, at once and for good.
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `LastTenantAdmin`.
 */
export class LeaveTenant extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId },
  ) {
    super();
  }
}

@CommandHandler(LeaveTenant)
export class LeaveTenantHandler implements ICommandHandler<LeaveTenant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly members: TenantMembershipRepository,
    private readonly removal: MemberRemoval,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { tenantId } }: LeaveTenant): Promise<{ version: number }> {
    const { actor } = context;
    if (actor.kind !== 'user') throw new TenantNotFound();
    return this.unitOfWork.run(context, tenantScope(tenantId), async (tx) => {
      const [, membership] = await Promise.all([this.access.lock(tx, tenantId, actor), this.members.lock(tx, tenantId, actor.id)]);
      if (membership === null) throw new TenantNotFound();
      await this.removal.remove(tx, tenantId, membership, this.clock.now());
      return { version: membership.version };
    });
  }
}
