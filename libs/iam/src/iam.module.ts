import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { GroupsModule } from './groups/groups.module.ts';
import { TenantGroups } from './groups/index.ts';
import { IdentitiesModule } from './identities/identities.module.ts';
import { TenancyModule, type TenancyOptions } from './tenancy/tenancy.module.ts';
import { TenantWorkspaces } from './workspaces/index.ts';
import { WorkspaceListsModule } from './workspaces/workspace-lists.module.ts';
import { WorkspaceMembersModule } from './workspaces/workspace-members.module.ts';
import { WorkspaceTreeModule, type WorkspaceTreeOptions } from './workspaces/workspace-tree.module.ts';
import { WorkspacesModule } from './workspaces/workspaces.module.ts';

/** Workspaces before groups: the order in which everything below a tenant is locked. */
const belowTenants = { imports: [WorkspacesModule, GroupsModule], roots: TenantWorkspaces, offboarding: [TenantWorkspaces, TenantGroups] };

/**
 * Every command and query of this library on the buses of `@nestjs/cqrs`. Needs the global `DatabaseModule`; the buses
 * know their handlers once the application is initialised.
 */
@Module({})
export class IamModule {
  static forRoot(options: TenancyOptions & WorkspaceTreeOptions): DynamicModule {
    return {
      module: IamModule,
      imports: [
        CqrsModule.forRoot(),
        IdentitiesModule,
        WorkspacesModule,
        WorkspaceListsModule,
        GroupsModule,
        WorkspaceMembersModule,
        WorkspaceTreeModule.forRoot(options),
        TenancyModule.forRoot(options, belowTenants),
      ],
    };
  }
}
