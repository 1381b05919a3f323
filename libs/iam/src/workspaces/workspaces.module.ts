import { Database } from '#database';
import { IdGenerator } from '#kernel';
import { Module } from '@nestjs/common';
import { TenantAccessModule } from '../tenancy/tenant-access.module.ts';
import { PgWorkspaceMembershipRepository } from './adapters/pg-workspace-membership-repository.ts';
import { PgWorkspaceRepository } from './adapters/pg-workspace-repository.ts';
import { PgWorkspaceViews } from './adapters/pg-workspace-views.ts';
import { FindWorkspaceHandler, WorkspaceViews } from './application/find-workspace.ts';
import { TenantWorkspaces } from './application/tenant-workspaces.ts';
import { WorkspaceMembershipRepository } from './domain/workspace-membership-repository.ts';
import { WorkspaceRepository } from './domain/workspace-repository.ts';

/** The tree of workspaces below each tenant. */
@Module({
  imports: [TenantAccessModule],
  providers: [
    FindWorkspaceHandler,
    { provide: WorkspaceRepository, useClass: PgWorkspaceRepository },
    { provide: WorkspaceMembershipRepository, useClass: PgWorkspaceMembershipRepository },
    { provide: WorkspaceViews, inject: [Database], useFactory: (database: Database) => new PgWorkspaceViews(database) },
    {
      provide: TenantWorkspaces,
      inject: [WorkspaceRepository, WorkspaceMembershipRepository, IdGenerator],
      useFactory: (workspaces: WorkspaceRepository, members: WorkspaceMembershipRepository, ids: IdGenerator) =>
        new TenantWorkspaces(workspaces, members, ids),
    },
  ],
  exports: [TenantWorkspaces, WorkspaceRepository, WorkspaceMembershipRepository, WorkspaceViews],
})
export class WorkspacesModule {}
