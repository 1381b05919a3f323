import { Clock, platformScope, UnitOfWork, type ExecutionContext, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantRepository } from '../domain/tenant-repository.ts';
import { TenantGovernance } from './tenant-governance.ts';

/**
 * Takes every permission below a tenant away, by a platform admin, until it is restored. Suspending twice changes nothing.
 *
 * Throws `PlatformAdminRequired`, `TenantNotFound`, and `VersionMismatch` when a version is given.
 */
export class SuspendTenant extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly expectedVersion?: number },
  ) {
    super();
  }
}

@CommandHandler(SuspendTenant)
export class SuspendTenantHandler implements ICommandHandler<SuspendTenant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly governance: TenantGovernance,
    private readonly tenants: TenantRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { tenantId, expectedVersion } }: SuspendTenant): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      const tenant = await this.governance.lock(tx, tenantId, context.actor);
      if (expectedVersion !== undefined) tenant.expectVersion(expectedVersion);
      tenant.suspend(this.clock.now());
      await this.tenants.update(tx, tenant);
      return { version: tenant.version };
    });
  }
}
