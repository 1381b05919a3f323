import { Idempotency, RequiresPlatform, validated } from '#http';
import type { ExecutionContext } from '#kernel';
import { ProjectionDesk, type PauseState, type ProjectionOverview, type PurgeResult } from '#outbox';
import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Context } from '../request/parameters.ts';
import { BegunOperationAnswer, told } from './projection-answers.ts';
import { PauseShardBody, PurgeLogBody, PurgePreviewQuery, ReshardBody, ResumeShardBody, StatusQuery } from './projection-bodies.ts';

@ApiTags('projection')
@Controller('v1/platform/projection')
export class ProjectionController {
  constructor(private readonly desk: ProjectionDesk) {}

  @Get()
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({
    summary: 'Show the projection',
    description: 'Its epoch, each shard, and the backlog of tenants when they are asked for.',
  })
  @ApiOkResponse(told('The state of the projection.'))
  status(@Query(validated) { tenant, tenants }: StatusQuery): Promise<ProjectionOverview> {
    return this.desk.look.run({ ...(tenant !== undefined && { tenant }), ...(tenants !== undefined && { tenants: Number(tenants) }) });
  }

  @Post('pauses')
  @HttpCode(200)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({ summary: 'Pause a shard' })
  @ApiOkResponse(told('How far it is stopped.'))
  pause(@Context() context: ExecutionContext, @Body(validated) { shard, level, reason }: PauseShardBody): Promise<PauseState> {
    return this.desk.shards.pause(context, shard, level, reason);
  }

  @Post('resumptions')
  @HttpCode(200)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({ summary: 'Let a paused shard go on' })
  @ApiOkResponse(told('That it is not stopped.'))
  resume(@Context() context: ExecutionContext, @Body(validated) { shard }: ResumeShardBody): Promise<PauseState> {
    return this.desk.shards.resume(context, shard);
  }

  @Post('reshardings')
  @HttpCode(202)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({ summary: 'Spread all tenants over another number of shards', description: 'Answers with the operation.' })
  @ApiAcceptedResponse({ type: BegunOperationAnswer })
  reshard(@Context() context: ExecutionContext, @Body(validated) { shards }: ReshardBody): Promise<BegunOperationAnswer> {
    return this.desk.reshard.request(context, shards);
  }

  @Get('purges/preview')
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({ summary: 'Show which days of the log a purge would drop' })
  @ApiOkResponse(told('The partitions that would go.'))
  previewPurge(@Query(validated) { before }: PurgePreviewQuery): Promise<PurgeResult> {
    return this.desk.log.preview(before);
  }

  @Post('purges')
  @HttpCode(200)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({ summary: 'Drop whole days of the log', description: 'For good, and never one that is still needed.' })
  @ApiOkResponse(told('The partitions that went.'))
  purge(@Context() context: ExecutionContext, @Body(validated) { before }: PurgeLogBody): Promise<PurgeResult> {
    return this.desk.log.run(context, before);
  }
}
