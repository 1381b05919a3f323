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
import { ChangeGroup, CreateGroup, DeleteGroup, FindGroup, ListGroups } from '#iam';
import type { ExecutionContext, GroupId, TenantId } from '#kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiConsumes, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, IfMatch, Tenant } from '../request/parameters.ts';
import { CreatedGroupAnswer, GroupAnswer, GroupPageAnswer } from './group-answers.ts';
import { ChangeGroupBody, CreateGroupBody } from './group-bodies.ts';

@ApiTags('groups')
@Controller('v1/tenants/:tenant/groups')
export class GroupsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Requires('tenant', 'access')
  @Idempotency('safe')
  @ApiOperation({ summary: 'List groups', description: 'Those you are in; operators and admins of the tenant see all of them.' })
  @ApiOkResponse({ type: GroupPageAnswer })
  async list(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Query(validated) query: PageQuery,
  ): Promise<Page<GroupAnswer>> {
    return query.page({ list: 'groups', tenantId }, (page) => this.queries.execute(new ListGroups(context, { tenantId, ...page })));
  }

  @Post()
  @Requires('tenant', 'administrate')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Create a group', description: 'Whoever creates it becomes its first admin.' })
  @ApiCreatedResponse({ type: CreatedGroupAnswer })
  async create(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Body(validated) { name, description = null }: CreateGroupBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedGroupAnswer> {
    const { group_id: id, version } = await this.commands.execute(new CreateGroup(context, { tenantId, name, description }));
    reply.header('location', `/v1/tenants/${tenantId}/groups/${id}`);
    return { id, version };
  }

  @Get(':group')
  @Requires('group', 'view')
  @Idempotency('safe')
  @Versioned()
  @ApiOperation({ summary: 'Read a group' })
  @ApiOkResponse({ type: GroupAnswer })
  read(@Context() context: ExecutionContext, @Tenant() tenantId: TenantId, @Param('group') groupId: string): Promise<GroupAnswer> {
    return this.queries.execute(new FindGroup(context, { tenantId, groupId: groupId as GroupId }));
  }

  @Patch(':group')
  @Requires('tenant', 'administrate')
  @Idempotency('natural')
  @Versioned()
  @ApiConsumes('application/json', mergePatchMediaType)
  @ApiOperation({ summary: 'Change a group', description: 'A merge patch (RFC 7396).' })
  @ApiOkResponse({ type: ChangeAnswer })
  async change(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('group') groupId: string,
    @IfMatch() condition: VersionCondition,
    @Body(validated) { name, description }: ChangeGroupBody,
  ): Promise<ChangeAnswer> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, groupId));
    return this.commands.execute(
      new ChangeGroup(context, {
        tenantId,
        groupId: groupId as GroupId,
        expectedVersion: version,
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
      }),
    );
  }

  @Delete(':group')
  @HttpCode(204)
  @Requires('tenant', 'administrate')
  @Idempotency('natural')
  @ApiOperation({ summary: 'Delete a group', description: 'With its memberships and every role it has in a workspace, at once.' })
  @ApiNoContentResponse()
  async remove(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('group') groupId: string,
    @IfMatch() condition: VersionCondition,
  ): Promise<void> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, groupId));
    await this.commands.execute(new DeleteGroup(context, { tenantId, groupId: groupId as GroupId, expectedVersion: version }));
  }
}
