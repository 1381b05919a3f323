// Commands
export { AddTenantMember } from './application/add-tenant-member.ts';
export { AppointFirstAdmin } from './application/appoint-first-admin.ts';
export { BootstrapDefaultTenant } from './application/bootstrap-default-tenant.ts';
export { ChangeTenantMember } from './application/change-tenant-member.ts';
export { ChangeTenant } from './application/change-tenant.ts';
export { CleanUpExpiredMemberships } from './application/clean-up-expired-memberships.ts';
export { CreateTenant } from './application/create-tenant.ts';
export { LeaveTenant } from './application/leave-tenant.ts';
export { RemoveTenantMember } from './application/remove-tenant-member.ts';
export { RestoreTenant } from './application/restore-tenant.ts';
export { SuspendTenant } from './application/suspend-tenant.ts';
export type { FoundedTenant } from './application/tenant-foundation.ts';

// Queries
export { FindTenantMember } from './application/find-tenant-member.ts';
export { FindTenant } from './application/find-tenant.ts';
export { FrontDoor, type FrontDoorView } from './application/front-door.ts';
export { ListTenantMembers } from './application/list-tenant-members.ts';
export { ListTenants } from './application/list-tenants.ts';
export type { TenantMemberView, TenantView } from './application/tenant-views.ts';

// Events and errors
export type * from './domain/events.ts';
export * from './domain/errors.ts';

// What memberships of every scope have in common
export * from './domain/membership-end.ts';

// What modules below a tenant begin their commands with, and what they do when it begins and when somebody leaves
export { Offboarding, TenantRoots } from './application/below-the-tenant.ts';
export { TenantAccess, type EnteredTenant } from './application/tenant-access.ts';

// Words and limits that an edge states as well
export { TENANT_CREATION_RULES, type TenantCreationRule } from './application/tenant-creation-policy.ts';
export { EXTERNAL_ID_MAX_LENGTH } from './domain/external-id.ts';
export { TENANT_METADATA_MAX_BYTES, TENANT_METADATA_MAX_DEPTH } from './domain/tenant-metadata.ts';
export { TENANT_NAME_MAX_LENGTH } from './domain/tenant-name.ts';
export { TENANT_ROLES, type TenantRole } from './domain/tenant-role.ts';
export { TENANT_SLUG_MAX_LENGTH, TENANT_SLUG_MIN_LENGTH, TENANT_SLUG_PATTERN } from './domain/tenant-slug.ts';
