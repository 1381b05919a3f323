import { Idempotency, Requires, Versioned, expectedVersion, mergePatchMediaType, validated, type VersionCondition } from '#http';
import { ChangeWorkspace, ChangeWorkspaceInheritance, CreateChildWorkspace, DeleteWorkspace, FindWorkspace } from '#iam';
import type { ExecutionContext, TenantId, WorkspaceId } from '#kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiConsumes, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, IfMatch, Tenant } from '../request/parameters.ts';
import { CreatedWorkspaceAnswer, WorkspaceAnswer } from './workspace-answers.ts';
import { ChangeWorkspaceBody, CreateWorkspaceBody, InheritanceBody } from './workspace-bodies.ts';

@ApiTags('workspaces')
@Controller('v1/tenants/:tenant/workspaces/:workspace')
export class WorkspacesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @Requires('workspace', 'view')
  @Idempotency('safe')
  @Versioned()
  @ApiOperation({ summary: 'Read a workspace' })
  @ApiOkResponse({ type: WorkspaceAnswer })
  read(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspaceId: string,
  ): Promise<WorkspaceAnswer> {
    return this.queries.execute(new FindWorkspace(context, { tenantId, workspaceId: workspaceId as WorkspaceId }));
  }

  @Post('children')
  @Requires('workspace', 'create_child')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Create a workspace below another', description: 'Whoever creates it becomes its owner.' })
  @ApiCreatedResponse({ type: CreatedWorkspaceAnswer })
  async create(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') parentId: string,
    @Body(validated) { name, slug = null, inherit: inherits = true }: CreateWorkspaceBody,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<CreatedWorkspaceAnswer> {
    const input = { tenantId, parentId: parentId as WorkspaceId, name, slug, inherits };
    const { workspace_id: id, version } = await this.commands.execute(new CreateChildWorkspace(context, input));
    reply.header('location', `/v1/tenants/${tenantId}/workspaces/${id}`);
    return { id, version };
  }

  @Patch()
  @Requires('workspace', 'manage')
  @Idempotency('natural')
  @Versioned()
  @ApiConsumes('application/json', mergePatchMediaType)
  @ApiOperation({ summary: 'Change a workspace', description: 'A merge patch (RFC 7396).' })
  @ApiOkResponse({ type: ChangeAnswer })
  async change(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspaceId: string,
    @IfMatch() condition: VersionCondition,
    @Body(validated) { name, slug }: ChangeWorkspaceBody,
  ): Promise<ChangeAnswer> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, workspaceId));
    const change = { ...(name !== undefined && { name }), ...(slug !== undefined && { slug }) };
    const input = { tenantId, workspaceId: workspaceId as WorkspaceId, expectedVersion: version, ...change };
    return this.commands.execute(new ChangeWorkspace(context, input));
  }

  @Put('inheritance')
  @Requires('workspace', 'own')
  @Idempotency('natural')
  @Versioned()
  @ApiOperation({ summary: 'Switch inheritance on or off', description: 'Roles that count in the parent count here and below, or do not.' })
  @ApiOkResponse({ type: ChangeAnswer })
  async changeInheritance(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspaceId: string,
    @IfMatch() condition: VersionCondition,
    @Body(validated) { inherit: inherits }: InheritanceBody,
  ): Promise<ChangeAnswer> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, workspaceId));
    const input = { tenantId, workspaceId: workspaceId as WorkspaceId, expectedVersion: version, inherits };
    return this.commands.execute(new ChangeWorkspaceInheritance(context, input));
  }

  @Delete()
  @HttpCode(204)
  @Requires('workspace', 'own')
  @Idempotency('natural')
  @ApiOperation({ summary: 'Delete a workspace', description: 'For good, with every role in it. It must have no children.' })
  @ApiNoContentResponse()
  async delete(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspaceId: string,
    @IfMatch() condition: VersionCondition,
  ): Promise<void> {
    const version = await expectedVersion(condition, () => this.read(context, tenantId, workspaceId));
    await this.commands.execute(
      new DeleteWorkspace(context, { tenantId, workspaceId: workspaceId as WorkspaceId, expectedVersion: version }),
    );
  }
}
