import { Database } from '#database';
import { Module } from '@nestjs/common';
import { TenantAccess } from '../tenancy/index.ts';
import { TenantAccessModule } from '../tenancy/tenant-access.module.ts';
import { PgWorkspaceMemberViews } from './adapters/pg-workspace-member-views.ts';
import { AddWorkspaceMemberHandler } from './application/add-workspace-member.ts';
import { ChangeWorkspaceMemberHandler } from './application/change-workspace-member.ts';
import { FindWorkspaceMemberHandler } from './application/find-workspace-member.ts';
import { LeaveWorkspaceHandler } from './application/leave-workspace.ts';
import { ListWorkspaceMembersHandler } from './application/list-workspace-members.ts';
import { RemoveWorkspaceMemberHandler } from './application/remove-workspace-member.ts';
import { TransferWorkspaceOwnershipHandler } from './application/transfer-workspace-ownership.ts';
import { WorkspaceMemberAccess } from './application/workspace-member-access.ts';
import { WorkspaceMemberViews } from './application/workspace-member-views.ts';
import { WorkspaceMembershipRepository } from './domain/workspace-membership-repository.ts';
import { WorkspacesModule } from './workspaces.module.ts';

/** Who has which role in a workspace. */
@Module({
  imports: [TenantAccessModule, WorkspacesModule],
  providers: [
    AddWorkspaceMemberHandler,
    ChangeWorkspaceMemberHandler,
    FindWorkspaceMemberHandler,
    LeaveWorkspaceHandler,
    ListWorkspaceMembersHandler,
    RemoveWorkspaceMemberHandler,
    TransferWorkspaceOwnershipHandler,
    { provide: WorkspaceMemberViews, inject: [Database], useFactory: (database: Database) => new PgWorkspaceMemberViews(database) },
    {
      provide: WorkspaceMemberAccess,
      inject: [TenantAccess, WorkspaceMembershipRepository],
      useFactory: (tenants: TenantAccess, members: WorkspaceMembershipRepository) => new WorkspaceMemberAccess(tenants, members),
    },
  ],
})
export class WorkspaceMembersModule {}
