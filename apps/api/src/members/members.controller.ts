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
import { AddTenantMember, ChangeTenantMember, FindTenantMember, LeaveTenant, ListTenantMembers, RemoveTenantMember } from '#iam';
import type { ExecutionContext, TenantId, UserId } from '#kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiConsumes, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, IfMatch, Tenant } from '../request/parameters.ts';
import { MemberAnswer, MemberPageAnswer } from './member-answers.ts';
import { AddMemberBody, ChangeMemberBody, endOf } from './member-bodies.ts';

@ApiTags('members')
@Controller('v1/tenants/:tenant/members')
export class MembersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Requires('tenant', 'operate')
  @Idempotency('safe')
  @ApiOperation({ summary: 'List the members of a tenant' })
  @ApiOkResponse({ type: MemberPageAnswer })
  async list(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Query(validated) query: PageQuery,
  ): Promise<Page<MemberAnswer>> {
    return query.page({ list: 'tenant-members', tenantId }, (page) =>
      this.queries.execute(new ListTenantMembers(context, { tenantId, ...page })),
    );
  }

  @Post()
  @Requires('tenant', 'administrate')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Add a member', description: 'For good, or until `expires_at`: then access ends by itself, everywhere.' })
  @ApiCreatedResponse({ type: ChangeAnswer })
  async add(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Body(validated) body: AddMemberBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ChangeAnswer> {
    const { user_id: userId, role, expires_at } = body;
    const added = await this.commands.execute(
      new AddTenantMember(context, { tenantId, userId: userId as UserId, role, ...endOf(expires_at) }),
    );
    reply.header('location', `/v1/tenants/${tenantId}/members/${userId}`);
    return added;
  }

  @Post('leave')
  @HttpCode(204)
  @Requires('tenant', 'access')
  @Idempotency('key')
  @ApiOperation({ summary: 'Leave a tenant', description: 'Gives up your own membership and every role below it.' })
  @ApiNoContentResponse()
  async leave(@Context() context: ExecutionContext, @Tenant() tenantId: TenantId): Promise<void> {
    await this.commands.execute(new LeaveTenant(context, { tenantId }));
  }

  @Get(':user')
  @Requires('tenant', 'operate')
  @Idempotency('safe')
  @Versioned()
  @ApiOperation({ summary: 'Read a member' })
  @ApiOkResponse({ type: MemberAnswer })
  read(@Context() context: ExecutionContext, @Tenant() tenantId: TenantId, @Param('user') userId: string): Promise<MemberAnswer> {
    return this.queries.execute(new FindTenantMember(context, { tenantId, userId: userId as UserId }));
  }

  @Patch(':user')
  @Requires('tenant', 'administrate')
  @Idempotency('natural')
  @Versioned()
  @ApiConsumes('application/json', mergePatchMediaType)
  @ApiOperation({ summary: 'Change the role of a member, or when the membership ends' })
  @ApiOkResponse({ type: ChangeAnswer })
  async change(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('user') userId: string,
    @IfMatch() condition: VersionCondition,
    @Body(validated) { role, expires_at }: ChangeMemberBody,
  ): Promise<ChangeAnswer> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, userId));
    return this.commands.execute(
      new ChangeTenantMember(context, {
        tenantId,
        userId: userId as UserId,
        ...(role !== undefined && { role }),
        ...endOf(expires_at),
        expectedVersion: version,
      }),
    );
  }

  @Delete(':user')
  @HttpCode(204)
  @Requires('tenant', 'administrate')
  @Idempotency('natural')
  @ApiOperation({ summary: 'Remove a member', description: 'With every role below the tenant, at once.' })
  @ApiNoContentResponse()
  async remove(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('user') userId: string,
    @IfMatch() condition: VersionCondition,
  ): Promise<void> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, userId));
    await this.commands.execute(new RemoveTenantMember(context, { tenantId, userId: userId as UserId, expectedVersion: version }));
  }
}
