import { AlsoRequires, Idempotency, Requires, Versioned, expectedVersion, validated, type VersionCondition } from '#http';
import { ArchiveWorkspace, FindWorkspace, MoveWorkspace, UnarchiveWorkspace } from '#iam';
import type { ExecutionContext, TenantId, WorkspaceId } from '#kernel';
import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, OptionalIfMatch, Tenant } from '../request/parameters.ts';
import { ArchiveWorkspaceBody, MoveWorkspaceBody } from './workspace-bodies.ts';

/** What owners do with a workspace as a part of the tree. */
@ApiTags('workspaces')
@Controller('v1/tenants/:tenant/workspaces/:workspace')
export class WorkspaceActionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Post('move')
  @HttpCode(200)
  @Requires('workspace', 'own')
  @AlsoRequires('parent_id', 'workspace', 'create_child')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({
    summary: 'Move a workspace below another parent',
    description: 'With everything below it. Its own members keep their roles; those of the new parent come to count.',
  })
  @ApiOkResponse({ type: ChangeAnswer })
  async move(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspaceId: string,
    @Body(validated) body: MoveWorkspaceBody,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<ChangeAnswer> {
    const at = { tenantId, workspaceId: workspaceId as WorkspaceId };
    const version = await this.versionMeant(context, at, condition);
    return this.commands.execute(new MoveWorkspace(context, { ...at, ...version, parentId: body.parent_id as WorkspaceId }));
  }

  @Post('archive')
  @HttpCode(200)
  @Requires('workspace', 'own')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({
    summary: 'Archive a workspace',
    description: 'It can then be seen, but not used, until it is unarchived. Nothing active may be left below it.',
  })
  @ApiOkResponse({ type: ChangeAnswer })
  async archive(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspaceId: string,
    @Body(validated) { subtree = false }: ArchiveWorkspaceBody,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<ChangeAnswer> {
    const at = { tenantId, workspaceId: workspaceId as WorkspaceId };
    const version = await this.versionMeant(context, at, condition);
    return this.commands.execute(new ArchiveWorkspace(context, { ...at, ...version, subtree }));
  }

  @Post('unarchive')
  @HttpCode(200)
  @Requires('workspace', 'own')
  @Idempotency('key')
  @Versioned()
  @ApiOperation({
    summary: 'Unarchive a workspace',
    description: 'From the top down: its parent must be active, and what is below it stays archived.',
  })
  @ApiOkResponse({ type: ChangeAnswer })
  async unarchive(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspaceId: string,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<ChangeAnswer> {
    const at = { tenantId, workspaceId: workspaceId as WorkspaceId };
    return this.commands.execute(new UnarchiveWorkspace(context, { ...at, ...(await this.versionMeant(context, at, condition)) }));
  }

  private async versionMeant(
    context: ExecutionContext,
    at: { tenantId: TenantId; workspaceId: WorkspaceId },
    condition: VersionCondition | undefined,
  ): Promise<{ expectedVersion?: number }> {
    if (condition === undefined) return {};
    return { expectedVersion: await expectedVersion(condition, () => this.queries.execute(new FindWorkspace(context, at))) };
  }
}
