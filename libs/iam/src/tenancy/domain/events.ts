import type { DomainEvent, TenantId } from '#kernel';
import type { TenantRole } from './tenant-role.ts';

interface TenantEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<Type, Payload> {
  readonly aggregateType: 'tenant';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId;
  readonly revoking: Revoking;
}

/** `aggregateId` is `<tenant id>:<user id>`; its version goes on counting when the user is removed and added again. */
interface TenantMembershipEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<Type, Payload> {
  readonly aggregateType: 'tenant_membership';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId;
  readonly revoking: Revoking;
}

export type TenantCreated = TenantEvent<
  'tenancy.tenant_created',
  { readonly tenantId: string; readonly name: string; readonly slug: string; readonly externalId: string | null },
  false
>;

export type TenantChanged = TenantEvent<
  'tenancy.tenant_changed',
  {
    readonly tenantId: string;
    readonly name: string;
    readonly externalId: string | null;
    /** Which of them changed. The metadata itself is read from the tenant: it may be large. */
    readonly changed: readonly ('name' | 'external_id' | 'metadata')[];
  },
  false
>;

export type TenantWasSuspended = TenantEvent<'tenancy.tenant_suspended', { readonly tenantId: string }, true>;

export type TenantWasRestored = TenantEvent<'tenancy.tenant_restored', { readonly tenantId: string }, false>;

export type TenantMemberAdded = TenantMembershipEvent<
  'tenancy.member_added',
  {
    readonly tenantId: string;
    readonly userId: string;
    readonly role: TenantRole;
    /** ISO 8601; null: for as long as nobody ends it. */
    readonly expiresAt: string | null;
  },
  false
>;

/** Revoking unless the new role is above the previous one. */
export type TenantMemberRoleChanged = TenantMembershipEvent<
  'tenancy.member_role_changed',
  { readonly tenantId: string; readonly userId: string; readonly previousRole: TenantRole; readonly role: TenantRole },
  boolean
>;

/** Revoking when the new end is before the previous one; null is no end. */
export type TenantMemberExpiryChanged = TenantMembershipEvent<
  'tenancy.member_expiry_changed',
  {
    readonly tenantId: string;
    readonly userId: string;
    readonly role: TenantRole;
    readonly previousExpiresAt: string | null;
    readonly expiresAt: string | null;
  },
  boolean
>;

/** The roles lost below the tenant follow as events of their own, in the same transaction. */
export type TenantMemberRemoved = TenantMembershipEvent<
  'tenancy.member_removed',
  { readonly tenantId: string; readonly userId: string; readonly previousRole: TenantRole },
  true
>;

export type TenantLifecycleEvent = TenantCreated | TenantChanged | TenantWasSuspended | TenantWasRestored;
export type TenantMemberEvent = TenantMemberAdded | TenantMemberRoleChanged | TenantMemberExpiryChanged | TenantMemberRemoved;
export type TenancyEvent = TenantLifecycleEvent | TenantMemberEvent;
