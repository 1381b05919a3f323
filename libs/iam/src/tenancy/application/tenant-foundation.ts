import type { IdGenerator, TenantId, Transaction, UserId, WorkspaceId } from '#kernel';
import type { ExternalId } from '../domain/external-id.ts';
import { TenantMembership } from '../domain/tenant-membership.ts';
import type { TenantMetadata } from '../domain/tenant-metadata.ts';
import type { TenantName } from '../domain/tenant-name.ts';
import type { TenantRepository } from '../domain/tenant-repository.ts';
import { slugDerivedFrom, type TenantSlug } from '../domain/tenant-slug.ts';
import { Tenant } from '../domain/tenant.ts';
import type { TenantRoots } from './below-the-tenant.ts';

export interface TenantDraft {
  readonly name: TenantName;
  /** Null: derived from the name. */
  readonly slug: TenantSlug | null;
  readonly externalId: ExternalId | null;
  readonly metadata: TenantMetadata;
}

export interface FoundedTenant {
  readonly tenant_id: TenantId;
  readonly root_workspace_id: WorkspaceId;
  readonly version: number;
}

/** A tenant never exists without its root workspace. */
export class TenantFoundation {
  constructor(
    private readonly tenants: TenantRepository,
    private readonly roots: TenantRoots,
    private readonly ids: IdGenerator,
  ) {}

  /** With its creator as tenant admin and owner of the root; sent as one round trip. Throws `TenantSlugTaken`, `ExternalIdTaken`. */
  async found(tx: Transaction, draft: TenantDraft, creatorId: UserId, at: Date): Promise<FoundedTenant> {
    const tenant = this.tenantOf(draft, false, at);
    const admin = TenantMembership.join({ tenantId: tenant.id, userId: creatorId, role: 'admin', lastVersion: 0 }, at);
    const [, rootId] = await Promise.all([
      this.tenants.create(tx, tenant, admin),
      this.roots.openRoot(tx, { id: tenant.id, name: draft.name, ownerId: creatorId }, at),
    ]);
    return { tenant_id: tenant.id, root_workspace_id: rootId, version: tenant.version };
  }

  /** The default tenant, of which nobody is a member yet. Null, and nothing made, when it exists. Throws `TenantSlugTaken`. */
  async foundDefault(tx: Transaction, draft: TenantDraft, at: Date): Promise<FoundedTenant | null> {
    const tenant = this.tenantOf(draft, true, at);
    if (!(await this.tenants.createDefault(tx, tenant))) return null;
    const rootId = await this.roots.openRoot(tx, { id: tenant.id, name: draft.name, ownerId: null }, at);
    return { tenant_id: tenant.id, root_workspace_id: rootId, version: tenant.version };
  }

  private tenantOf({ slug, ...draft }: TenantDraft, isDefault: boolean, at: Date): Tenant {
    const id = this.ids.next<TenantId>();
    return Tenant.create({ ...draft, id, slug: slug ?? slugDerivedFrom(draft.name, id), isDefault }, at);
  }
}
