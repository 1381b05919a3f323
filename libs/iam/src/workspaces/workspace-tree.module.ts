import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { TenantAccessModule } from '../tenancy/tenant-access.module.ts';
import { TenantAccess } from '../tenancy/index.ts';
import { ArchiveWorkspaceHandler } from './application/archive-workspace.ts';
import { ChangeWorkspaceInheritanceHandler } from './application/change-workspace-inheritance.ts';
import { ChangeWorkspaceHandler } from './application/change-workspace.ts';
import { CreateChildWorkspaceHandler } from './application/create-child-workspace.ts';
import { DeleteWorkspaceHandler } from './application/delete-workspace.ts';
import { MoveWorkspaceHandler } from './application/move-workspace.ts';
import { UnarchiveWorkspaceHandler } from './application/unarchive-workspace.ts';
import { WorkspaceAccess } from './application/workspace-access.ts';
import { WorkspaceTree } from './application/workspace-tree.ts';
import { TreeLimits } from './domain/tree-limits.ts';
import { WorkspaceMembershipRepository } from './domain/workspace-membership-repository.ts';
import { WorkspaceRepository } from './domain/workspace-repository.ts';
import { WorkspacesModule } from './workspaces.module.ts';

export interface WorkspaceTreeOptions {
  /** Levels of a tenant's tree, the root's included; 16 unless it is said. */
  readonly workspaceMaxDepth?: number;
}

const handlers = [
  ArchiveWorkspaceHandler,
  ChangeWorkspaceHandler,
  ChangeWorkspaceInheritanceHandler,
  CreateChildWorkspaceHandler,
  DeleteWorkspaceHandler,
  MoveWorkspaceHandler,
  UnarchiveWorkspaceHandler,
];

const access: Provider = {
  provide: WorkspaceAccess,
  inject: [TenantAccess, WorkspaceRepository, WorkspaceMembershipRepository],
  useFactory: (tenants: TenantAccess, workspaces: WorkspaceRepository, members: WorkspaceMembershipRepository) =>
    new WorkspaceAccess(tenants, workspaces, members),
};

/** What changes the tree of workspaces below each tenant. */
@Module({})
export class WorkspaceTreeModule {
  static forRoot({ workspaceMaxDepth }: WorkspaceTreeOptions): DynamicModule {
    const tree: Provider = {
      provide: WorkspaceTree,
      inject: [WorkspaceRepository],
      useFactory: (workspaces: WorkspaceRepository) => new WorkspaceTree(workspaces, new TreeLimits(workspaceMaxDepth)),
    };
    return { module: WorkspaceTreeModule, imports: [TenantAccessModule, WorkspacesModule], providers: [...handlers, access, tree] };
  }
}
