import { Idempotency, PageQuery, RequiresPlatform, Versioned, validated, type Page, type VersionCondition } from '#http';
import { GrantPlatformAdmin, ListPlatformAdmins, RevokePlatformAdmin } from '#iam';
import { VersionMismatch, type ExecutionContext, type UserId } from '#kernel';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, IfMatch } from '../request/parameters.ts';
import { GrantPlatformAdminBody, PlatformAdminAnswer, PlatformAdminPageAnswer } from './platform-answers.ts';

@ApiTags('platform')
@Controller('v1/platform/admins')
export class PlatformAdminsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({ summary: 'List platform admins' })
  @ApiOkResponse({ type: PlatformAdminPageAnswer })
  async list(@Context() context: ExecutionContext, @Query(validated) query: PageQuery): Promise<Page<PlatformAdminAnswer>> {
    return query.page({ list: 'platform-admins' }, (page) => this.queries.execute(new ListPlatformAdmins(context, page)));
  }

  @Post()
  @RequiresPlatform()
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Make a user a platform admin' })
  @ApiCreatedResponse({ type: ChangeAnswer })
  grant(@Context() context: ExecutionContext, @Body(validated) body: GrantPlatformAdminBody): Promise<ChangeAnswer> {
    return this.commands.execute(new GrantPlatformAdmin(context, { userId: body.user_id as UserId }));
  }

  @Delete(':user')
  @HttpCode(204)
  @RequiresPlatform()
  @Idempotency('natural')
  @ApiOperation({ summary: 'Revoke a platform admin', description: 'Never the last active one. The version is in the list.' })
  @ApiNoContentResponse()
  async revoke(@Context() context: ExecutionContext, @Param('user') user: string, @IfMatch() condition: VersionCondition): Promise<void> {
    const userId = user as UserId;
    const [version, ...others] = condition.any ? [] : condition.versions;
    if (!condition.any && (version === undefined || others.length > 0)) throw new VersionMismatch();
    await this.commands.execute(new RevokePlatformAdmin(context, { userId, ...(version !== undefined && { expectedVersion: version }) }));
  }
}
