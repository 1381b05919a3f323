import { Clock, platformScope, UnitOfWork, type ExecutionContext, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { AlreadyPlatformAdmin } from '../domain/errors.ts';
import { PlatformAdminRepository } from '../domain/platform-admin-repository.ts';
import { PlatformAdmin } from '../domain/platform-admin.ts';
import { PlatformAuthority } from './platform-authority.ts';
import { UserStatuses } from './user-statuses.ts';

/** Throws `PlatformAdminRequired`, `NamedUserNotFound`, `UserNotActive`, `AlreadyPlatformAdmin`. */
export class GrantPlatformAdmin extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly userId: UserId },
  ) {
    super();
  }
}

@CommandHandler(GrantPlatformAdmin)
export class GrantPlatformAdminHandler implements ICommandHandler<GrantPlatformAdmin> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly admins: PlatformAdminRepository,
    private readonly authority: PlatformAuthority,
    private readonly statuses: UserStatuses,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { userId } }: GrantPlatformAdmin): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      await Promise.all([this.admins.lockPlatform(tx), this.authority.mustGovern(tx, context.actor)]);
      await this.statuses.holdActive(tx, userId);
      const [existing, lastVersion] = await Promise.all([this.admins.find(tx, userId), this.admins.lastVersion(tx, userId)]);
      if (existing !== null) throw new AlreadyPlatformAdmin();
      const admin = PlatformAdmin.grant(userId, lastVersion, this.clock.now());
      await this.admins.add(tx, admin);
      return { version: admin.version };
    });
  }
}
