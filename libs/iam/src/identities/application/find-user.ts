import type { ExecutionContext, UserId } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { UserNotFound } from '../domain/errors.ts';
import { IdentityViews, type UserView } from './identity-views.ts';

/** Throws `UserNotFound`. */
export class FindUser extends Query<UserView> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly userId: UserId },
  ) {
    super();
  }
}

@QueryHandler(FindUser)
export class FindUserHandler implements IQueryHandler<FindUser> {
  constructor(private readonly views: IdentityViews) {}

  async execute({ input }: FindUser): Promise<UserView> {
    const user = await this.views.user(input.userId);
    if (user === null) throw new UserNotFound();
    return user;
  }
}
