import { Authenticated, Idempotency } from '#http';
import { FindUser, type FrontDoorView } from '#iam';
import type { ExecutionContext, UserId } from '#kernel';
import { Controller, Get } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { FrontDoorKeeper } from '../access/front-door.ts';
import { Context, Door } from '../request/parameters.ts';
import { MeAnswer } from './user-answers.ts';

@ApiTags('users')
@Controller('v1/me')
export class MeController {
  constructor(
    private readonly queries: QueryBus,
    private readonly frontDoor: FrontDoorKeeper,
  ) {}

  @Get()
  @Authenticated()
  @Idempotency('safe')
  @ApiOperation({ summary: 'Who am I?' })
  @ApiOkResponse({ type: MeAnswer })
  async read(@Context() context: ExecutionContext, @Door() door: FrontDoorView): Promise<MeAnswer> {
    const userId = context.actor.id as UserId;
    const [user, isPlatformAdmin] = await Promise.all([
      this.queries.execute(new FindUser(context, { userId })),
      this.frontDoor.isPlatformAdmin(context, userId, door),
    ]);
    return { ...user, is_platform_admin: isPlatformAdmin };
  }
}
