import { AggregateRoot, type TenantId } from '#kernel';
import { TenantSuspended } from './errors.ts';
import type { TenantChanged, TenantLifecycleEvent } from './events.ts';
import type { ExternalId } from './external-id.ts';
import { patched, sameMetadata, type JsonObject, type TenantMetadata } from './tenant-metadata.ts';
import type { TenantName } from './tenant-name.ts';
import type { TenantSlug } from './tenant-slug.ts';

export type TenantState = 'active' | 'suspended';

export interface NewTenant {
  readonly id: TenantId;
  readonly name: TenantName;
  readonly slug: TenantSlug;
  readonly externalId: ExternalId | null;
  readonly metadata: TenantMetadata;
  /** The one that the platform itself makes at its first start. */
  readonly isDefault: boolean;
}

export interface TenantSnapshot extends NewTenant {
  readonly state: TenantState;
  readonly version: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Absent members stay as they are. The metadata is a merge patch (RFC 7396); null empties it. */
export interface TenantChange {
  readonly name?: TenantName;
  readonly externalId?: ExternalId | null;
  readonly metadata?: JsonObject | null;
}

/** The hard boundary of isolation. */
export class Tenant extends AggregateRoot<TenantLifecycleEvent> {
  private constructor(
    private fields: Omit<TenantSnapshot, 'version'>,
    version: number,
  ) {
    super('tenant', version);
  }

  static create(tenant: NewTenant, at: Date): Tenant {
    const created = new Tenant({ ...tenant, state: 'active', createdAt: at, updatedAt: at }, 0);
    const { id, name, slug, externalId } = tenant;
    created.record({
      type: 'tenancy.tenant_created',
      schemaVersion: 1,
      revoking: false,
      occurredAt: at,
      payload: { tenantId: id, name, slug, externalId },
    });
    return created;
  }

  /** From storage: records nothing. */
  static rehydrate({ version, ...fields }: TenantSnapshot): Tenant {
    return new Tenant(fields, version);
  }

  get id(): TenantId {
    return this.fields.id;
  }

  get snapshot(): TenantSnapshot {
    return { ...this.fields, version: this.version };
  }

  protected override get aggregateId(): string {
    return this.id;
  }

  protected override get owningTenant(): TenantId {
    return this.id;
  }

  /** Changes nothing, and records nothing, when all is as it was. Throws `TenantSuspended`, `MetadataInvalid`, `MetadataTooLarge`. */
  change({ name = this.fields.name, externalId = this.fields.externalId, metadata: patch }: TenantChange, at: Date): void {
    this.mustNotBeSuspended();
    const metadata = patch === undefined ? this.fields.metadata : patched(this.fields.metadata, patch);
    const changed: TenantChanged['payload']['changed'][number][] = [];
    if (name !== this.fields.name) changed.push('name');
    if (externalId !== this.fields.externalId) changed.push('external_id');
    if (!sameMetadata(metadata, this.fields.metadata)) changed.push('metadata');
    if (changed.length === 0) return;
    this.fields = { ...this.fields, name, externalId, metadata, updatedAt: at };
    this.record({
      type: 'tenancy.tenant_changed',
      schemaVersion: 1,
      revoking: false,
      occurredAt: at,
      payload: { tenantId: this.id, name, externalId, changed },
    });
  }

  /** Takes every permission below the tenant away. Does nothing when that is so already. */
  suspend(at: Date): void {
    if (this.fields.state === 'suspended') return;
    this.fields = { ...this.fields, state: 'suspended', updatedAt: at };
    const payload = { tenantId: this.id };
    this.record({ type: 'tenancy.tenant_suspended', schemaVersion: 1, revoking: true, occurredAt: at, payload });
  }

  /** Gives back what suspending took. Does nothing when nothing was taken. */
  restore(at: Date): void {
    if (this.fields.state === 'active') return;
    this.fields = { ...this.fields, state: 'active', updatedAt: at };
    const payload = { tenantId: this.id };
    this.record({ type: 'tenancy.tenant_restored', schemaVersion: 1, revoking: false, occurredAt: at, payload });
  }

  /** For everything that its people do inside it. Throws `TenantSuspended`. */
  mustNotBeSuspended(): void {
    if (this.fields.state === 'suspended') throw new TenantSuspended();
  }
}
