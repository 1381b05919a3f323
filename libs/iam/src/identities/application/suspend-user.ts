import { Clock, platformScope, UnitOfWork, type ExecutionContext, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { UserNotFound } from '../domain/errors.ts';
import { PlatformAdminRepository } from '../domain/platform-admin-repository.ts';
import { UserRepository } from '../domain/user-repository.ts';
import { PlatformAuthority } from './platform-authority.ts';

/**
 * Shuts a user out of everything, by a platform admin. Never refused for what the user is in a tenant: one that is left
 * without an active admin shows so. Suspending twice changes nothing.
 *
 * Throws `PlatformAdminRequired`, `UserNotFound`, `UserDeactivated`, `LastPlatformAdmin`.
 */
export class SuspendUser extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly userId: UserId },
  ) {
    super();
  }
}

@CommandHandler(SuspendUser)
export class SuspendUserHandler implements ICommandHandler<SuspendUser> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserRepository,
    private readonly admins: PlatformAdminRepository,
    private readonly authority: PlatformAuthority,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { userId } }: SuspendUser): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      const [, , user] = await Promise.all([
        this.admins.lockPlatform(tx),
        this.authority.mustGovern(tx, context.actor),
        this.users.lock(tx, userId),
      ]);
      if (user === null) throw new UserNotFound();
      // Statements of their own, after the lock: a membership added while this waited is seen.
      const [tenants, admin, anotherIsActive] = await Promise.all([
        this.users.tenantsOf(tx, userId),
        this.admins.find(tx, userId),
        this.admins.anotherActiveAdmin(tx, userId),
      ]);
      admin?.mayLoseItsUser({ anotherIsActive });
      user.suspend(tenants, this.clock.now());
      await this.users.update(tx, user);
      return { version: user.version };
    });
  }
}
