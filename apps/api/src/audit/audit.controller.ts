import { ListAuditEntries } from '#governance';
import { Idempotency, RequiresPlatform, validated, type Page } from '#http';
import type { ExecutionContext } from '#kernel';
import { Controller, Get, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Context } from '../request/parameters.ts';
import { AuditEntryPageAnswer, type AuditEntryAnswer } from './audit-answers.ts';
import { ListAuditEntriesQuery } from './audit-query.ts';

@ApiTags('audit')
@Controller('v1/platform/audit-entries')
export class AuditController {
  constructor(private readonly queries: QueryBus) {}

  @Get()
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({ summary: 'List what was done', description: 'By whom and by which request, newest first. Entries never change.' })
  @ApiOkResponse({ type: AuditEntryPageAnswer })
  async list(@Context() context: ExecutionContext, @Query(validated) query: ListAuditEntriesQuery): Promise<Page<AuditEntryAnswer>> {
    const { action, target_type: targetType, target_id: targetId } = query;
    const filter = {
      ...(action !== undefined && { action }),
      ...(targetType !== undefined && { targetType }),
      ...(targetId !== undefined && { targetId }),
    };
    const scope = { list: 'audit-entries', filter };
    return query.page(scope, (page) => this.queries.execute(new ListAuditEntries(context, { ...page, ...filter })));
  }
}
