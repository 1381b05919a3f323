import { Clock, tenantScope, UnitOfWork, type ExecutionContext, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { externalId } from '../domain/external-id.ts';
import type { JsonObject } from '../domain/tenant-metadata.ts';
import { tenantName } from '../domain/tenant-name.ts';
import { TenantRepository } from '../domain/tenant-repository.ts';
import type { TenantChange } from '../domain/tenant.ts';
import { TenantAccess } from './tenant-access.ts';

/**
 * By an admin of the tenant. Absent members stay; a null `externalId` removes it; `metadata` is a merge patch (RFC 7396).
 *
 * Throws `TenantNotFound`, `TenantSuspended`, `TenantAdminRequired`, `VersionMismatch`, `TenantNameInvalid`,
 * `ExternalIdInvalid`, `ExternalIdTaken`, `MetadataInvalid`, `MetadataTooLarge`.
 */
export class ChangeTenant extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly tenantId: TenantId;
      readonly expectedVersion: number;
      readonly name?: string;
      readonly externalId?: string | null;
      readonly metadata?: object | null;
    },
  ) {
    super();
  }
}

@CommandHandler(ChangeTenant)
export class ChangeTenantHandler implements ICommandHandler<ChangeTenant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly access: TenantAccess,
    private readonly tenants: TenantRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ChangeTenant): Promise<{ version: number }> {
    const change = changeOf(input);
    return this.unitOfWork.run(context, tenantScope(input.tenantId), async (tx) => {
      const { tenant, authority } = await this.access.lock(tx, input.tenantId, context.actor);
      authority.mustAdminister();
      tenant.expectVersion(input.expectedVersion);
      tenant.change(change, this.clock.now());
      await this.tenants.update(tx, tenant);
      return { version: tenant.version };
    });
  }
}

function changeOf({ name, externalId: foreignId, metadata }: ChangeTenant['input']): TenantChange {
  return {
    ...(name !== undefined && { name: tenantName(name) }),
    ...(foreignId !== undefined && { externalId: foreignId === null ? null : externalId(foreignId) }),
    ...(metadata !== undefined && { metadata: metadata as JsonObject | null }),
  };
}
