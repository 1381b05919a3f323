import { Clock, platformScope, UnitOfWork, type ExecutionContext, type TenantId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { TenantSlugTaken } from '../domain/errors.ts';
import { emptyMetadata } from '../domain/tenant-metadata.ts';
import { tenantName } from '../domain/tenant-name.ts';
import { TenantRepository } from '../domain/tenant-repository.ts';
import { slugOfConfiguration } from '../domain/tenant-slug.ts';
import { TenantFoundation } from './tenant-foundation.ts';

/**
 * The default tenant with its root workspace, at every start, by any number of processes at once: there is one
 * afterwards, and whatever it was called or changed to before, it stays as it is.
 *
 * Throws `TenantNameInvalid`, `TenantSlugInvalid`, and `TenantSlugTaken` when another tenant has its slug.
 */
export class BootstrapDefaultTenant extends Command<{ tenant_id: TenantId }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly name: string; readonly slug: string },
  ) {
    super();
  }
}

@CommandHandler(BootstrapDefaultTenant)
export class BootstrapDefaultTenantHandler implements ICommandHandler<BootstrapDefaultTenant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tenants: TenantRepository,
    private readonly foundation: TenantFoundation,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: BootstrapDefaultTenant): Promise<{ tenant_id: TenantId }> {
    const draft = { name: tenantName(input.name), slug: slugOfConfiguration(input.slug), externalId: null, metadata: emptyMetadata };
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      const existing = await this.tenants.findDefault(tx);
      if (existing !== null) return { tenant_id: existing };
      const founded = await this.foundation.foundDefault(tx, draft, this.clock.now());
      // Made by somebody else since the first look: the second is a statement of its own and sees it.
      const id = founded?.tenant_id ?? (await this.tenants.findDefault(tx));
      if (id === null) throw new TenantSlugTaken();
      return { tenant_id: id };
    });
  }
}
