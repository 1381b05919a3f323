import { Clock, platformScope, UnitOfWork, type ExecutionContext, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantRepository } from '../domain/tenant-repository.ts';
import { TenantGovernance } from './tenant-governance.ts';

/**
 * Gives back what suspending a tenant took, by a platform admin. Restoring twice changes nothing.
 *
 * Throws `PlatformAdminRequired`, `TenantNotFound`, and `VersionMismatch` when a version is given.
 */
export class RestoreTenant extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly tenantId: TenantId; readonly expectedVersion?: number },
  ) {
    super();
  }
}

@CommandHandler(RestoreTenant)
export class RestoreTenantHandler implements ICommandHandler<RestoreTenant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly governance: TenantGovernance,
    private readonly tenants: TenantRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { tenantId, expectedVersion } }: RestoreTenant): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      const tenant = await this.governance.lock(tx, tenantId, context.actor);
      if (expectedVersion !== undefined) tenant.expectVersion(expectedVersion);
      tenant.restore(this.clock.now());
      await this.tenants.update(tx, tenant);
      return { version: tenant.version };
    });
  }
}
