import { Database } from '#database';
import { Module } from '@nestjs/common';
import { PgWorkspaceLists } from './adapters/pg-workspace-lists.ts';
import { ListAncestorsHandler } from './application/list-ancestors.ts';
import { ListChildWorkspacesHandler } from './application/list-child-workspaces.ts';
import { ListSubtreeHandler } from './application/list-subtree.ts';
import { ListWorkspacesHandler } from './application/list-workspaces.ts';
import { WorkspaceLists } from './application/visible-workspaces.ts';
import { WorkspacesModule } from './workspaces.module.ts';

/** Lists of workspaces, as their caller may see them. */
@Module({
  imports: [WorkspacesModule],
  providers: [
    ListWorkspacesHandler,
    ListChildWorkspacesHandler,
    ListAncestorsHandler,
    ListSubtreeHandler,
    { provide: WorkspaceLists, inject: [Database], useFactory: (database: Database) => new PgWorkspaceLists(database) },
  ],
})
export class WorkspaceListsModule {}
