import { Clock, platformScope, UnitOfWork, type ExecutionContext, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserNotFound } from '../domain/errors.ts';
import { PlatformAdminRepository } from '../domain/platform-admin-repository.ts';
import { UserRepository } from '../domain/user-repository.ts';
import { PlatformAuthority } from './platform-authority.ts';

/**
 * Lets a suspended user in again, with the memberships they still have. Doing it twice changes nothing.
 *
 * Throws `PlatformAdminRequired`, `UserNotFound`, `UserDeactivated`.
 */
export class ReactivateUser extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly userId: UserId },
  ) {
    super();
  }
}

@CommandHandler(ReactivateUser)
export class ReactivateUserHandler implements ICommandHandler<ReactivateUser> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserRepository,
    private readonly admins: PlatformAdminRepository,
    private readonly authority: PlatformAuthority,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { userId } }: ReactivateUser): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      const [, , user] = await Promise.all([
        this.admins.lockPlatform(tx),
        this.authority.mustGovern(tx, context.actor),
        this.users.lock(tx, userId),
      ]);
      if (user === null) throw new UserNotFound();
      user.reactivate(await this.users.tenantsOf(tx, userId), this.clock.now());
      await this.users.update(tx, user);
      return { version: user.version };
    });
  }
}
