import { Idempotency, RequiresPlatform, validated, type Page } from '#http';
import type { ExecutionContext } from '#kernel';
import { EventNotFound, ProjectionDesk, readField, type EventView, type ReplayPreview } from '#outbox';
import { Body, Controller, createParamDecorator, Get, HttpCode, Post, Query, type ExecutionContext as NestContext } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Context } from '../request/parameters.ts';
import { BegunOperationAnswer, EventPageAnswer, told, type EventAnswer } from './projection-answers.ts';
import { DiscardEventBody } from './projection-bodies.ts';
import { ListEventsQuery, ReplayPreviewQuery, SelectedEventsBody, selectorsOf } from './selector-members.ts';

/** So many events a dry run looks at in one request; the operator's program has the time for all. */
const mostPreviewed = 20_000;

/** The position that the path names. What is none is answered like one where nothing is: `EventNotFound`. */
const Position = createParamDecorator((_: unknown, context: NestContext): bigint => {
  const { position = '' } = context.switchToHttp().getRequest<FastifyRequest>().params as { position?: string };
  if ('problem' in readField('from_position', position)) throw new EventNotFound(0n, 'a position is a whole number from 1');
  return BigInt(position);
});

@ApiTags('projection')
@Controller('v1/platform/projection')
export class ProjectionEventsController {
  constructor(private readonly desk: ProjectionDesk) {}

  @Get('events')
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({ summary: 'List events, newest first', description: 'A page may be short, or empty, and still have another after it.' })
  @ApiOkResponse({ type: EventPageAnswer })
  list(@Query(validated) query: ListEventsQuery): Promise<Page<EventAnswer>> {
    const selectors = selectorsOf(query);
    return query.page({ list: 'projection-events', filter: selectors }, (page) => this.desk.list.run(selectors, page));
  }

  @Get('events/:position')
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({ summary: 'Show an event, and what rows and graph say of it' })
  @ApiParam({ name: 'position', schema: { type: 'string', pattern: '^\\d{1,19}$' }, description: 'Position of the event', example: '1200' })
  @ApiOkResponse(told('The event, its footprint by today’s rows and in the graph, and whether they agree.'))
  show(@Position() position: bigint): Promise<EventView> {
    return this.desk.show.run(position);
  }

  @Post('discards')
  @HttpCode(200)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({ summary: 'Discard a dead event', description: 'For good: it is not applied. The log keeps it.' })
  @ApiOkResponse(told('Its position.'))
  discard(@Context() context: ExecutionContext, @Body(validated) { position, reason }: DiscardEventBody): Promise<object> {
    return this.desk.discard.run(context, BigInt(position), reason);
  }

  @Post('retries')
  @HttpCode(200)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({ summary: 'Retry dead events', description: 'Those that are selected, or `all`; 1,000 at a time.' })
  @ApiOkResponse(told('How many were put back on the list, and whether there are more.'))
  retry(@Context() context: ExecutionContext, @Body(validated) body: SelectedEventsBody): Promise<object> {
    return this.desk.retry.selected(context, selectorsOf(body), body.all === true);
  }

  @Get('replays/preview')
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({
    summary: 'Try a replay dry',
    description: `Counts what would be replayed, up to ${mostPreviewed} events, and shows the first.`,
  })
  @ApiOkResponse(told('Counts by type and tenant, and samples.'))
  preview(@Query(validated) query: ReplayPreviewQuery): Promise<ReplayPreview> {
    return this.desk.replay.preview({ selectors: selectorsOf(query), all: true }, mostPreviewed);
  }

  @Post('replays')
  @HttpCode(202)
  @RequiresPlatform()
  @Idempotency('key')
  @ApiOperation({
    summary: 'Replay events',
    description: 'What they touched is projected again, by today’s rows. Answers with the operation.',
  })
  @ApiAcceptedResponse({ type: BegunOperationAnswer })
  replay(@Context() context: ExecutionContext, @Body(validated) body: SelectedEventsBody): Promise<BegunOperationAnswer> {
    return this.desk.replay.request(context, { selectors: selectorsOf(body), all: body.all === true });
  }
}
