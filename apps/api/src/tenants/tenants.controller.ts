import {
  Authenticated,
  Idempotency,
  Requires,
  Versioned,
  expectedVersion,
  mergePatchMediaType,
  validated,
  type Page,
  type VersionCondition,
} from '#http';
import {
  AppointFirstAdmin,
  ChangeTenant,
  CreateTenant,
  FindTenant,
  ListTenants,
  PlatformAdminRequired,
  RestoreTenant,
  SuspendTenant,
  type FrontDoorView,
} from '#iam';
import type { ExecutionContext, TenantId, UserId } from '#kernel';
import { ReadYourWrites } from '#outbox';
import { Body, Controller, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiConsumes, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { FrontDoorKeeper } from '../access/front-door.ts';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, Door, IfMatch, OptionalIfMatch, Tenant } from '../request/parameters.ts';
import { ConsistencyAnswer, CreatedTenantAnswer, TenantAnswer, TenantPageAnswer, createdTenant } from './tenant-answers.ts';
import { ChangeTenantBody, CreateTenantBody, FirstAdminBody, ListTenantsQuery } from './tenant-bodies.ts';

@ApiTags('tenants')
@Controller('v1/tenants')
export class TenantsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
    private readonly frontDoor: FrontDoorKeeper,
  ) {}

  @Post()
  @Authenticated()
  @Idempotency('key')
  @Versioned()
  @ApiOperation({
    summary: 'Create a tenant',
    description: 'With its root workspace. Whoever creates it becomes its admin and owner of the root.',
  })
  @ApiCreatedResponse({ type: CreatedTenantAnswer })
  async create(
    @Context() context: ExecutionContext,
    @Body(validated) body: CreateTenantBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedTenantAnswer> {
    const { name, slug = null, external_id: externalId = null, metadata } = body;
    const founded = await this.commands.execute(new CreateTenant(context, { name, slug, externalId, ...(metadata && { metadata }) }));
    reply.header('location', `/v1/tenants/${founded.tenant_id}`);
    return createdTenant(founded);
  }

  @Get()
  @Authenticated()
  @Idempotency('safe')
  @ApiOperation({ summary: 'List tenants', description: 'Those you are a member of, or as a platform admin all.' })
  @ApiOkResponse({ type: TenantPageAnswer })
  async list(
    @Context() context: ExecutionContext,
    @Door() door: FrontDoorView,
    @Query(validated) query: ListTenantsQuery,
  ): Promise<Page<TenantAnswer>> {
    const all = query.scope === 'all';
    const memberId = context.actor.id as UserId;
    if (all && !(await this.frontDoor.isPlatformAdmin(context, memberId, door))) throw new PlatformAdminRequired();
    const scope = { list: 'tenants', filter: all ? { scope: 'all' } : { member: memberId } };
    return query.page(scope, (page) => this.queries.execute(new ListTenants(context, { ...page, ...(!all && { memberId }) })));
  }

  @Get(':tenant')
  @Requires('tenant', 'view')
  @Idempotency('safe')
  @Versioned()
  @ApiOperation({ summary: 'Read a tenant' })
  @ApiOkResponse({ type: TenantAnswer })
  read(@Context() context: ExecutionContext, @Tenant() tenant: TenantId): Promise<TenantAnswer> {
    return this.queries.execute(new FindTenant(context, { tenant }));
  }

  @Patch(':tenant')
  @Requires('tenant', 'administrate')
  @Idempotency('natural')
  @Versioned()
  @ApiConsumes('application/json', mergePatchMediaType)
  @ApiOperation({ summary: 'Change a tenant', description: 'A merge patch (RFC 7396), of the metadata too.' })
  @ApiOkResponse({ type: ChangeAnswer })
  async change(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @IfMatch() condition: VersionCondition,
    @Body(validated) body: ChangeTenantBody,
  ): Promise<ChangeAnswer> {
    const { name, external_id: externalId, metadata } = body;
    const version = await expectedVersion(condition, () => this.read(context, tenantId));
    return this.commands.execute(
      new ChangeTenant(context, {
        tenantId,
        expectedVersion: version,
        ...(name !== undefined && { name }),
        ...(externalId !== undefined && { externalId }),
        ...(metadata !== undefined && { metadata }),
      }),
    );
  }

  @Post(':tenant/suspend')
  @HttpCode(200)
  @Requires('tenant', 'govern')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Suspend a tenant', description: 'Takes every permission below it away until it is restored.' })
  @ApiOkResponse({ type: ChangeAnswer })
  async suspend(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<ChangeAnswer> {
    const version = condition && (await expectedVersion(condition, () => this.read(context, tenantId)));
    return this.commands.execute(new SuspendTenant(context, { tenantId, ...(version !== undefined && { expectedVersion: version }) }));
  }

  @Post(':tenant/restore')
  @HttpCode(200)
  @Requires('tenant', 'govern')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Restore a suspended tenant' })
  @ApiOkResponse({ type: ChangeAnswer })
  async restore(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<ChangeAnswer> {
    const version = condition && (await expectedVersion(condition, () => this.read(context, tenantId)));
    return this.commands.execute(new RestoreTenant(context, { tenantId, ...(version !== undefined && { expectedVersion: version }) }));
  }

  @Post(':tenant/first-admin')
  @HttpCode(200)
  @Requires('tenant', 'govern')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Appoint a first admin', description: 'Only while the tenant has no active admin.' })
  @ApiOkResponse({ type: ChangeAnswer })
  appointFirstAdmin(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Body(validated) body: FirstAdminBody,
  ): Promise<ChangeAnswer> {
    return this.commands.execute(new AppointFirstAdmin(context, { tenantId, userId: body.user_id as UserId }));
  }

  @Get(':tenant/consistency')
  @Requires('tenant', 'view')
  @Idempotency('safe')
  @ApiOperation({
    summary: 'A token that covers everything projected so far',
    description: 'For exact checks, here or by a sibling service.',
  })
  @ApiOkResponse({ type: ConsistencyAnswer })
  async consistency(@Tenant() tenantId: TenantId): Promise<ConsistencyAnswer> {
    const { token, zedToken } = await this.readYourWrites.current(tenantId);
    return { token, zed_token: zedToken };
  }
}
