import type { DomainEvent, TenantId } from '#kernel';

interface UserEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<Type, Payload> {
  readonly aggregateType: 'user';
  readonly schemaVersion: 1;
  readonly tenantId: TenantId | null;
  readonly revoking: Revoking;
}

/** `aggregateId` is the user's id; its version goes on counting when the right is revoked and granted again. */
interface PlatformAdminEvent<Type extends string, Payload extends object, Revoking extends boolean> extends DomainEvent<Type, Payload> {
  readonly aggregateType: 'platform_admin';
  readonly schemaVersion: 1;
  readonly tenantId: null;
  readonly revoking: Revoking;
}

/** The user proved a newer profile at a login. What it is now is read from the user: addresses do not belong into a log. */
export type UserProfileChanged = UserEvent<
  'identities.user_profile_changed',
  { readonly userId: string; readonly changed: readonly ('email' | 'email_verified' | 'display_name')[] },
  false
>;

export type UserProvisioned = UserEvent<'identities.user_provisioned', { readonly userId: string }, false>;

/**
 * Recorded once for the platform (`tenantId` null) and once for each tenant of the user, in that tenant's order of
 * events: the user's relationships there go and come with the status.
 */
export type UserWasSuspended = UserEvent<'identities.user_suspended', { readonly userId: string; readonly tenantId: string | null }, true>;

/** Recorded like `UserWasSuspended`. */
export type UserWasReactivated = UserEvent<
  'identities.user_reactivated',
  { readonly userId: string; readonly tenantId: string | null },
  false
>;

export type PlatformAdminGranted = PlatformAdminEvent<'identities.platform_admin_granted', { readonly userId: string }, false>;

export type PlatformAdminRevoked = PlatformAdminEvent<'identities.platform_admin_revoked', { readonly userId: string }, true>;

export type UserLifecycleEvent = UserProvisioned | UserProfileChanged | UserWasSuspended | UserWasReactivated;
export type PlatformAdminLifecycleEvent = PlatformAdminGranted | PlatformAdminRevoked;
export type IdentitiesEvent = UserLifecycleEvent | PlatformAdminLifecycleEvent;
