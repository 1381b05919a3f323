import { Idempotency, Requires, Versioned } from '#http';
import { FindWorkspace } from '#iam';
import type { ExecutionContext, TenantId, WorkspaceId } from '#kernel';
import { Controller, Get, Param } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Context, Tenant } from '../request/parameters.ts';
import { WorkspaceAnswer } from './workspace-answers.ts';

@ApiTags('workspaces')
@Controller('v1/tenants/:tenant/workspaces')
export class WorkspacesController {
  constructor(private readonly queries: QueryBus) {}

  @Get(':workspace')
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
}
