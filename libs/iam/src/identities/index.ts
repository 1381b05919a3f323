// Commands
export { BootstrapPlatformAdmins } from './application/bootstrap-platform-admins.ts';
export { GrantPlatformAdmin } from './application/grant-platform-admin.ts';
export { ProvisionUser, type KnownUser } from './application/provision-user.ts';
export { ReactivateUser } from './application/reactivate-user.ts';
export { RevokePlatformAdmin } from './application/revoke-platform-admin.ts';
export { SuspendUser } from './application/suspend-user.ts';

// Queries
export { FindUser } from './application/find-user.ts';
export { ListPlatformAdmins } from './application/list-platform-admins.ts';
export { ListUsers } from './application/list-users.ts';
export type { PlatformAdminView, UserView } from './application/identity-views.ts';
export { USER_STATUSES, type UserStatus } from './domain/user.ts';

// Events and errors
export type * from './domain/events.ts';
export * from './domain/errors.ts';

// What sibling modules ask inside their own transactions
export { PlatformAuthority } from './application/platform-authority.ts';
export { UserStatuses } from './application/user-statuses.ts';
