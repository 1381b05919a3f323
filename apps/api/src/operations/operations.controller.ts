import { CancelOperation, FindOperation, ListOperations, RetryOperation, type OperationId } from '#governance';
import { Idempotency, RequiresPlatform, Versioned, expectedVersion, validated, type Page, type VersionCondition } from '#http';
import type { ExecutionContext } from '#kernel';
import { Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, OptionalIfMatch } from '../request/parameters.ts';
import { OperationAnswer, OperationPageAnswer, RequestedOperationAnswer } from './operation-answers.ts';
import { ListOperationsQuery } from './operation-query.ts';

@ApiTags('operations')
@Controller('v1/platform/operations')
export class OperationsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({ summary: 'List operations', description: 'Long work that workers do, newest first.' })
  @ApiOkResponse({ type: OperationPageAnswer })
  async list(@Context() context: ExecutionContext, @Query(validated) query: ListOperationsQuery): Promise<Page<OperationAnswer>> {
    const { kind, state } = query;
    const filter = { ...(kind !== undefined && { kind }), ...(state !== undefined && { state }) };
    return query.page({ list: 'operations', filter }, (page) => this.queries.execute(new ListOperations(context, { ...page, ...filter })));
  }

  @Get(':operation')
  @RequiresPlatform()
  @Idempotency('safe')
  @Versioned()
  @ApiOperation({ summary: 'Read an operation', description: 'Its version counts its progress too.' })
  @ApiOkResponse({ type: OperationAnswer })
  read(@Context() context: ExecutionContext, @Param('operation') operationId: string): Promise<OperationAnswer> {
    return this.queries.execute(new FindOperation(context, { operationId: operationId as OperationId }));
  }

  @Post(':operation/cancel')
  @HttpCode(200)
  @RequiresPlatform()
  @Idempotency('key')
  @Versioned()
  @ApiOperation({
    summary: 'Cancel an operation',
    description: 'At once while no worker is at it; otherwise its worker ends it soon. What it did until then stays done.',
  })
  @ApiOkResponse({ type: ChangeAnswer })
  async cancel(
    @Context() context: ExecutionContext,
    @Param('operation') operationId: string,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<ChangeAnswer> {
    return this.commands.execute(new CancelOperation(context, await this.meant(context, operationId, condition)));
  }

  @Post(':operation/retry')
  @RequiresPlatform()
  @Idempotency('key')
  @Versioned()
  @ApiOperation({
    summary: 'Retry an operation',
    description: 'Asks for the same again, when it failed or was cancelled: a new operation, which goes on where the old one stood.',
  })
  @ApiCreatedResponse({ type: RequestedOperationAnswer })
  async retry(
    @Context() context: ExecutionContext,
    @Param('operation') operationId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<RequestedOperationAnswer> {
    const requested = await this.commands.execute(new RetryOperation(context, await this.meant(context, operationId, condition)));
    reply.header('location', `/v1/platform/operations/${requested.id}`);
    return requested;
  }

  /** The operation, and the version of it that a condition demands. */
  private async meant(context: ExecutionContext, id: string, condition: VersionCondition | undefined) {
    const operationId = id as OperationId;
    if (condition === undefined) return { operationId };
    return { operationId, expectedVersion: await expectedVersion(condition, () => this.read(context, id)) };
  }
}
