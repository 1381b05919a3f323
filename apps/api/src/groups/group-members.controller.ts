import {
  Idempotency,
  PageQuery,
  Requires,
  Versioned,
  expectedVersion,
  mergePatchMediaType,
  validated,
  type Page,
  type VersionCondition,
} from '#http';
import {
  AddGroupMember,
  ChangeGroupMember,
  ChangeGroupMembersInBulk,
  FindGroupMember,
  LeaveGroup,
  ListGroupMembers,
  RemoveGroupMember,
} from '#iam';
import type { ExecutionContext, GroupId, TenantId, UserId } from '#kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiConsumes, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { endOf } from '../members/member-bodies.ts';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, IfMatch, Tenant } from '../request/parameters.ts';
import { GroupBulkAnswer, GroupMemberAnswer, GroupMemberPageAnswer } from './group-answers.ts';
import { AddGroupMemberBody, ChangeGroupMemberBody } from './group-bodies.ts';
import { GroupBulkBody, itemsIn } from './group-bulk-body.ts';

@ApiTags('groups')
@Controller('v1/tenants/:tenant/groups/:group/members')
export class GroupMembersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Requires('group', 'view')
  @Idempotency('safe')
  @ApiOperation({ summary: 'List the members of a group' })
  @ApiOkResponse({ type: GroupMemberPageAnswer })
  async list(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('group') groupId: string,
    @Query(validated) query: PageQuery,
  ): Promise<Page<GroupMemberAnswer>> {
    const scope = { list: 'group-members', tenantId, filter: { group: groupId } };
    return query.page(scope, (page) =>
      this.queries.execute(new ListGroupMembers(context, { tenantId, groupId: groupId as GroupId, ...page })),
    );
  }

  @Post()
  @Requires('group', 'manage')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Add a member to a group', description: 'For good, or until `expires_at`: then it ends by itself, everywhere.' })
  @ApiCreatedResponse({ type: ChangeAnswer })
  async add(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('group') groupId: string,
    @Body(validated) { user_id: userId, role, expires_at }: AddGroupMemberBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangeAnswer> {
    const member = { tenantId, groupId: groupId as GroupId, userId: userId as UserId, role, ...endOf(expires_at) };
    const added = await this.commands.execute(new AddGroupMember(context, member));
    reply.header('location', `/v1/tenants/${tenantId}/groups/${groupId}/members/${userId}`);
    return added;
  }

  @Post('leave')
  @HttpCode(204)
  @Requires('group', 'view')
  @Idempotency('key')
  @ApiOperation({ summary: 'Leave a group', description: 'Gives up your own membership.' })
  @ApiNoContentResponse()
  async leave(@Context() context: ExecutionContext, @Tenant() tenantId: TenantId, @Param('group') groupId: string): Promise<void> {
    await this.commands.execute(new LeaveGroup(context, { tenantId, groupId: groupId as GroupId }));
  }

  @Post('bulk')
  @HttpCode(200)
  @Requires('group', 'manage')
  @Idempotency('key')
  @ApiOperation({
    summary: 'Add and remove members of a group',
    description: 'One after the other, in one transaction. What can be done is done, although other items are refused: see `results`.',
  })
  @ApiOkResponse({ type: GroupBulkAnswer })
  changeMany(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('group') groupId: string,
    @Body(validated) body: GroupBulkBody,
  ): Promise<GroupBulkAnswer> {
    return this.commands.execute(new ChangeGroupMembersInBulk(context, { tenantId, groupId: groupId as GroupId, items: itemsIn(body) }));
  }

  @Get(':user')
  @Requires('group', 'view')
  @Idempotency('safe')
  @Versioned()
  @ApiOperation({ summary: 'Read a member of a group' })
  @ApiOkResponse({ type: GroupMemberAnswer })
  read(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('group') groupId: string,
    @Param('user') userId: string,
  ): Promise<GroupMemberAnswer> {
    return this.queries.execute(new FindGroupMember(context, { tenantId, groupId: groupId as GroupId, userId: userId as UserId }));
  }

  @Patch(':user')
  @Requires('group', 'manage')
  @Idempotency('natural')
  @Versioned()
  @ApiConsumes('application/json', mergePatchMediaType)
  @ApiOperation({ summary: 'Change the role of a member of a group, or when the membership ends' })
  @ApiOkResponse({ type: ChangeAnswer })
  async change(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('group') groupId: string,
    @Param('user') userId: string,
    @IfMatch() condition: VersionCondition,
    @Body(validated) { role, expires_at }: ChangeGroupMemberBody,
  ): Promise<ChangeAnswer> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, groupId, userId));
    const member = { tenantId, groupId: groupId as GroupId, userId: userId as UserId, expectedVersion: version };
    return this.commands.execute(new ChangeGroupMember(context, { ...member, ...(role !== undefined && { role }), ...endOf(expires_at) }));
  }

  @Delete(':user')
  @HttpCode(204)
  @Requires('group', 'manage')
  @Idempotency('natural')
  @ApiOperation({ summary: 'Remove a member from a group' })
  @ApiNoContentResponse()
  async remove(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('group') groupId: string,
    @Param('user') userId: string,
    @IfMatch() condition: VersionCondition,
  ): Promise<void> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, groupId, userId));
    const member = { tenantId, groupId: groupId as GroupId, userId: userId as UserId, expectedVersion: version };
    await this.commands.execute(new RemoveGroupMember(context, member));
  }
}
