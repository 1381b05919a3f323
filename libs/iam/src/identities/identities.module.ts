import { Database } from '#database';
import { IdGenerator } from '#kernel';
import { Module } from '@nestjs/common';
import { PgIdentityDirectory } from './adapters/pg-identity-directory.ts';
import { PgIdentityViews } from './adapters/pg-identity-views.ts';
import { PgPlatformAdminRepository } from './adapters/pg-platform-admin-repository.ts';
import { PgPlatformAuthority } from './adapters/pg-platform-authority.ts';
import { PgUserRepository } from './adapters/pg-user-repository.ts';
import { PgUserStatuses } from './adapters/pg-user-statuses.ts';
import { BootstrapPlatformAdminsHandler } from './application/bootstrap-platform-admins.ts';
import { FindUserHandler } from './application/find-user.ts';
import { GrantPlatformAdminHandler } from './application/grant-platform-admin.ts';
import { IdentityViews } from './application/identity-views.ts';
import { ListPlatformAdminsHandler } from './application/list-platform-admins.ts';
import { ListUsersHandler } from './application/list-users.ts';
import { PlatformAuthority } from './application/platform-authority.ts';
import { IdentityDirectory, ProvisionUserHandler } from './application/provision-user.ts';
import { ReactivateUserHandler } from './application/reactivate-user.ts';
import { RevokePlatformAdminHandler } from './application/revoke-platform-admin.ts';
import { SuspendUserHandler } from './application/suspend-user.ts';
import { UserProvisioning } from './application/user-provisioning.ts';
import { UserStatuses } from './application/user-statuses.ts';
import { PlatformAdminRepository } from './domain/platform-admin-repository.ts';
import { UserRepository } from './domain/user-repository.ts';

const handlers = [
  BootstrapPlatformAdminsHandler,
  FindUserHandler,
  GrantPlatformAdminHandler,
  ListPlatformAdminsHandler,
  ListUsersHandler,
  ProvisionUserHandler,
  ReactivateUserHandler,
  RevokePlatformAdminHandler,
  SuspendUserHandler,
];

/** Who there is, and who governs the platform. */
@Module({
  providers: [
    ...handlers,
    { provide: UserRepository, useClass: PgUserRepository },
    { provide: UserStatuses, useClass: PgUserStatuses },
    { provide: PlatformAdminRepository, useClass: PgPlatformAdminRepository },
    { provide: PlatformAuthority, useClass: PgPlatformAuthority },
    { provide: IdentityDirectory, inject: [Database], useFactory: (database: Database) => new PgIdentityDirectory(database) },
    { provide: IdentityViews, inject: [Database], useFactory: (database: Database) => new PgIdentityViews(database) },
    {
      provide: UserProvisioning,
      inject: [UserRepository, IdGenerator],
      useFactory: (users: UserRepository, ids: IdGenerator) => new UserProvisioning(users, ids),
    },
  ],
  exports: [PlatformAuthority, UserStatuses],
})
export class IdentitiesModule {}
