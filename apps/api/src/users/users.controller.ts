import { Idempotency, RequiresPlatform, Versioned, expectedVersion, validated, type Page, type VersionCondition } from '#http';
import { FindUser, ListUsers, ReactivateUser, SuspendUser } from '#iam';
import { VersionMismatch, type ExecutionContext, type UserId } from '#kernel';
import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ChangeAnswer } from '../request/answers.ts';
import { Context, OptionalIfMatch } from '../request/parameters.ts';
import { UserAnswer, UserPageAnswer } from './user-answers.ts';
import { ListUsersQuery } from './user-query.ts';

@ApiTags('users')
@Controller('v1/users')
export class UsersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
  ) {}

  @Get()
  @RequiresPlatform()
  @Idempotency('safe')
  @ApiOperation({ summary: 'List users' })
  @ApiOkResponse({ type: UserPageAnswer })
  async list(@Context() context: ExecutionContext, @Query(validated) query: ListUsersQuery): Promise<Page<UserAnswer>> {
    const { email } = query;
    const scope = { list: 'users', filter: { email } };
    return query.page(scope, (page) => this.queries.execute(new ListUsers(context, { ...page, ...(email !== undefined && { email }) })));
  }

  @Get(':user')
  @RequiresPlatform()
  @Idempotency('safe')
  @Versioned()
  @ApiOperation({ summary: 'Read a user' })
  @ApiOkResponse({ type: UserAnswer })
  read(@Context() context: ExecutionContext, @Param('user') userId: string): Promise<UserAnswer> {
    return this.queries.execute(new FindUser(context, { userId: userId as UserId }));
  }

  @Post(':user/suspend')
  @HttpCode(200)
  @RequiresPlatform()
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Suspend a user', description: 'Shuts them out of everything, in every tenant, until they are reactivated.' })
  @ApiOkResponse({ type: ChangeAnswer })
  async suspend(
    @Context() context: ExecutionContext,
    @Param('user') userId: string,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<ChangeAnswer> {
    await this.meets(context, userId, condition);
    return this.commands.execute(new SuspendUser(context, { userId: userId as UserId }));
  }

  @Post(':user/reactivate')
  @HttpCode(200)
  @RequiresPlatform()
  @Idempotency('key')
  @Versioned()
  @ApiOperation({ summary: 'Reactivate a suspended user' })
  @ApiOkResponse({ type: ChangeAnswer })
  async reactivate(
    @Context() context: ExecutionContext,
    @Param('user') userId: string,
    @OptionalIfMatch() condition?: VersionCondition,
  ): Promise<ChangeAnswer> {
    await this.meets(context, userId, condition);
    return this.commands.execute(new ReactivateUser(context, { userId: userId as UserId }));
  }

  /** These two say what shall be, not how it changes, so a condition is only a question asked before. */
  private async meets(context: ExecutionContext, userId: string, condition: VersionCondition | undefined): Promise<void> {
    if (condition === undefined) return;
    const { version } = await this.read(context, userId);
    const expected = await expectedVersion(condition, () => Promise.resolve({ version }));
    if (expected !== version) throw new VersionMismatch();
  }
}
