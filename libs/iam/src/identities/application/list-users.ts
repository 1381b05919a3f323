import type { ExecutionContext, PageOf, PageRequest } from '#kernel';
import { Query, QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { emailAddress } from '../domain/profile.ts';
import { IdentityViews, type UserView } from './identity-views.ts';

/** Everybody, or those with exactly this e-mail, however it is written in capitals; verified or not. */
export class ListUsers extends Query<PageOf<UserView>> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: PageRequest & { readonly email?: string },
  ) {
    super();
  }
}

@QueryHandler(ListUsers)
export class ListUsersHandler implements IQueryHandler<ListUsers> {
  constructor(private readonly views: IdentityViews) {}

  async execute({ input: { email, ...page } }: ListUsers): Promise<PageOf<UserView>> {
    if (email === undefined) return this.views.users(page);
    const address = emailAddress(email);
    return address === null ? { rows: [], next: null } : this.views.users({ ...page, email: address });
  }
}
