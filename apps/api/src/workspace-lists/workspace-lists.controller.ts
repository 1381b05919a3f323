import { Idempotency, RequiresWithPage, validated, type CursorScope, type Page } from '#http';
import { ListAncestors, ListChildWorkspaces, ListSubtree, ListWorkspaces, type VisibleWorkspaces, type WorkspaceView } from '#iam';
import type { ExecutionContext, PageOf, TenantId, UserId, WorkspaceId } from '#kernel';
import { Controller, Get, Param, Query, Req } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { PageGate } from '../access/page-gate.ts';
import type { Caller } from '../authentication/caller.ts';
import { Context, Tenant } from '../request/parameters.ts';
import type { WorkspaceAnswer } from '../workspaces/workspace-answers.ts';
import { WorkspacePageAnswer } from './workspace-page-answer.ts';
import { TenantWorkspacesQuery, WorkspaceListQuery } from './workspace-list-query.ts';

interface ListRequest {
  readonly tenantId: TenantId;
  readonly userId: UserId;
  readonly includeArchived: boolean;
  readonly limit: number;
  readonly after?: string;
  readonly visible: VisibleWorkspaces;
}

interface ListOf {
  readonly list: string;
  readonly tenantId: TenantId;
  readonly query: WorkspaceListQuery;
  /** Where the right to read the list is asked, when the path does not say it. */
  readonly within?: WorkspaceId;
  readonly filter?: CursorScope['filter'];
}

const filtered = 'Only what you may see. A page can hold fewer than were asked for, and even none, and still not be the last.';

@ApiTags('workspaces')
@Controller('v1/tenants/:tenant/workspaces')
export class WorkspaceListsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly gate: PageGate,
  ) {}

  @Get()
  @RequiresWithPage('tenant', 'access')
  @Idempotency('safe')
  @ApiOperation({ summary: 'List workspaces', description: filtered })
  @ApiOkResponse({ type: WorkspacePageAnswer })
  list(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Query(validated) query: TenantWorkspacesQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<WorkspaceAnswer>> {
    const parent = query.parent_id as WorkspaceId | undefined;
    if (parent === undefined)
      return this.page(request, { list: 'workspaces', tenantId, query }, (asked) =>
        this.queries.execute(new ListWorkspaces(context, asked)),
      );
    return this.page(request, { list: 'workspaces', tenantId, query, within: parent, filter: { parent_id: parent } }, (asked) =>
      this.queries.execute(new ListChildWorkspaces(context, { ...asked, workspaceId: parent })),
    );
  }

  @Get(':workspace/children')
  @RequiresWithPage('workspace', 'view')
  @Idempotency('safe')
  @ApiOperation({ summary: 'List the workspaces directly below one', description: filtered })
  @ApiOkResponse({ type: WorkspacePageAnswer })
  children(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspace: string,
    @Query(validated) query: WorkspaceListQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<WorkspaceAnswer>> {
    return this.page(request, { list: 'workspace-children', tenantId, query, filter: { workspace } }, (asked) =>
      this.queries.execute(new ListChildWorkspaces(context, { ...asked, workspaceId: workspace as WorkspaceId })),
    );
  }

  @Get(':workspace/ancestors')
  @RequiresWithPage('workspace', 'view')
  @Idempotency('safe')
  @ApiOperation({ summary: 'List the workspaces above one', description: `From the root down to the parent. ${filtered}` })
  @ApiOkResponse({ type: WorkspacePageAnswer })
  ancestors(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspace: string,
    @Query(validated) query: WorkspaceListQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<WorkspaceAnswer>> {
    return this.page(request, { list: 'workspace-ancestors', tenantId, query, filter: { workspace } }, (asked) =>
      this.queries.execute(new ListAncestors(context, { ...asked, workspaceId: workspace as WorkspaceId })),
    );
  }

  @Get(':workspace/subtree')
  @RequiresWithPage('workspace', 'view')
  @Idempotency('safe')
  @ApiOperation({ summary: 'List everything below a workspace', description: filtered })
  @ApiOkResponse({ type: WorkspacePageAnswer })
  subtree(
    @Context() context: ExecutionContext,
    @Tenant() tenantId: TenantId,
    @Param('workspace') workspace: string,
    @Query(validated) query: WorkspaceListQuery,
    @Req() request: FastifyRequest,
  ): Promise<Page<WorkspaceAnswer>> {
    return this.page(request, { list: 'workspace-subtree', tenantId, query, filter: { workspace } }, (asked) =>
      this.queries.execute(new ListSubtree(context, { ...asked, workspaceId: workspace as WorkspaceId })),
    );
  }

  /** The permission asked is `view`; where archived ones are asked for as well it is `see`. */
  private async page(
    request: FastifyRequest,
    { list, tenantId, query, within, filter }: ListOf,
    ask: (request: ListRequest) => Promise<PageOf<WorkspaceView>>,
  ): Promise<Page<WorkspaceAnswer>> {
    const { includeArchived } = query;
    const scope = { list, tenantId, filter: { ...filter, include_archived: includeArchived } };
    const { userId } = request.caller as Caller;
    return query.page(scope, (page) => {
      const visible = this.gate.workspaces(request, { rows: includeArchived ? 'see' : 'view', ...(within !== undefined && { within }) });
      return ask({ tenantId, userId, includeArchived, visible, ...page });
    });
  }
}
