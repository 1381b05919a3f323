import { Clock, platformScope, UnitOfWork, type ExecutionContext } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { externalId } from '../domain/external-id.ts';
import { emptyMetadata, tenantMetadata } from '../domain/tenant-metadata.ts';
import { tenantName } from '../domain/tenant-name.ts';
import { tenantSlug } from '../domain/tenant-slug.ts';
import { TenantCreationPolicy } from './tenant-creation-policy.ts';
import { TenantFoundation, type FoundedTenant, type TenantDraft } from './tenant-foundation.ts';

/**
 * A tenant with its root workspace; the acting user becomes its admin and the root's owner. Without a slug one is made
 * from the name.
 *
 * Throws `TenantNameInvalid`, `TenantSlugInvalid`, `TenantSlugReserved`, `TenantSlugTaken`, `ExternalIdInvalid`,
 * `ExternalIdTaken`, `MetadataInvalid`, `MetadataTooLarge`, `TenantCreationDisabled`, `PlatformAdminRequired`,
 * `TenantCreatorRequired`, `UserNotActive`.
 */
export class CreateTenant extends Command<FoundedTenant> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: {
      readonly name: string;
      readonly slug?: string | null;
      readonly externalId?: string | null;
      readonly metadata?: object;
    },
  ) {
    super();
  }
}

@CommandHandler(CreateTenant)
export class CreateTenantHandler implements ICommandHandler<CreateTenant> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly policy: TenantCreationPolicy,
    private readonly foundation: TenantFoundation,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: CreateTenant): Promise<FoundedTenant> {
    const creatorId = this.policy.creatorOf(context.actor);
    const draft = draftOf(input);
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      // Sent together, and taken back together when the creator turns out not to be admitted.
      const [, founded] = await Promise.all([
        this.policy.admit(tx, creatorId),
        this.foundation.found(tx, draft, creatorId, this.clock.now()),
      ]);
      return founded;
    });
  }
}

function draftOf({ name, slug, externalId: foreignId, metadata }: CreateTenant['input']): TenantDraft {
  return {
    name: tenantName(name),
    slug: typeof slug === 'string' ? tenantSlug(slug) : null,
    externalId: typeof foreignId === 'string' ? externalId(foreignId) : null,
    metadata: metadata === undefined ? emptyMetadata : tenantMetadata(metadata),
  };
}
