import { Database } from '#database';
import { Module, type Provider } from '@nestjs/common';
import { TenantAccess } from '../tenancy/index.ts';
import { TenantAccessModule } from '../tenancy/tenant-access.module.ts';
import { TenantWorkspaces } from '../workspaces/index.ts';
import { WorkspacesModule } from '../workspaces/workspaces.module.ts';
import { PgGroupMembershipRepository } from './adapters/pg-group-membership-repository.ts';
import { PgGroupRepository } from './adapters/pg-group-repository.ts';
import { PgGroupViews } from './adapters/pg-group-views.ts';
import { AddGroupMemberHandler } from './application/add-group-member.ts';
import { ChangeGroupMemberHandler } from './application/change-group-member.ts';
import { ChangeGroupMembersInBulkHandler } from './application/change-group-members-in-bulk.ts';
import { ChangeGroupHandler } from './application/change-group.ts';
import { CreateGroupHandler } from './application/create-group.ts';
import { DeleteGroupHandler } from './application/delete-group.ts';
import { FindGroupMemberHandler } from './application/find-group-member.ts';
import { FindGroupHandler } from './application/find-group.ts';
import { GroupAccess } from './application/group-access.ts';
import { GroupEnding } from './application/group-ending.ts';
import { GroupViews } from './application/group-views.ts';
import { LeaveGroupHandler } from './application/leave-group.ts';
import { ListGroupMembersHandler } from './application/list-group-members.ts';
import { ListGroupsHandler } from './application/list-groups.ts';
import { RemoveGroupMemberHandler } from './application/remove-group-member.ts';
import { TenantGroups } from './application/tenant-groups.ts';
import { GroupMembershipRepository } from './domain/group-membership-repository.ts';
import { GroupRepository } from './domain/group-repository.ts';

const handlers = [
  AddGroupMemberHandler,
  ChangeGroupHandler,
  ChangeGroupMemberHandler,
  ChangeGroupMembersInBulkHandler,
  CreateGroupHandler,
  DeleteGroupHandler,
  FindGroupHandler,
  FindGroupMemberHandler,
  LeaveGroupHandler,
  ListGroupMembersHandler,
  ListGroupsHandler,
  RemoveGroupMemberHandler,
];

const adapters: Provider[] = [
  { provide: GroupRepository, useClass: PgGroupRepository },
  { provide: GroupMembershipRepository, useClass: PgGroupMembershipRepository },
  { provide: GroupViews, inject: [Database], useFactory: (database: Database) => new PgGroupViews(database) },
];

const parts: Provider[] = [
  {
    provide: GroupAccess,
    inject: [TenantAccess, GroupRepository, GroupMembershipRepository],
    useFactory: (tenants: TenantAccess, groups: GroupRepository, members: GroupMembershipRepository) =>
      new GroupAccess(tenants, groups, members),
  },
  {
    provide: GroupEnding,
    inject: [GroupRepository, GroupMembershipRepository, TenantWorkspaces],
    useFactory: (groups: GroupRepository, members: GroupMembershipRepository, workspaces: TenantWorkspaces) =>
      new GroupEnding(groups, members, workspaces),
  },
  {
    provide: TenantGroups,
    inject: [GroupMembershipRepository],
    useFactory: (members: GroupMembershipRepository) => new TenantGroups(members),
  },
];

/** Groups of the users of each tenant. */
@Module({
  imports: [TenantAccessModule, WorkspacesModule],
  providers: [...handlers, ...adapters, ...parts],
  exports: [TenantGroups],
})
export class GroupsModule {}
