import { Clock, platformScope, UnitOfWork, type ExecutionContext, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { PlatformAdminNotFound } from '../domain/errors.ts';
import { PlatformAdminRepository } from '../domain/platform-admin-repository.ts';
import { PlatformAuthority } from './platform-authority.ts';

/** Throws `PlatformAdminRequired`, `PlatformAdminNotFound`, `LastPlatformAdmin`, and `VersionMismatch` when a version is given. */
export class RevokePlatformAdmin extends Command<{ version: number }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly userId: UserId; readonly expectedVersion?: number },
  ) {
    super();
  }
}

@CommandHandler(RevokePlatformAdmin)
export class RevokePlatformAdminHandler implements ICommandHandler<RevokePlatformAdmin> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly admins: PlatformAdminRepository,
    private readonly authority: PlatformAuthority,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input: { userId, expectedVersion } }: RevokePlatformAdmin): Promise<{ version: number }> {
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      await Promise.all([this.admins.lockPlatform(tx), this.authority.mustGovern(tx, context.actor)]);
      // Statements of their own, after the lock: whoever was revoked or suspended while this waited is not counted.
      const [admin, anotherIsActive] = await Promise.all([this.admins.find(tx, userId), this.admins.anotherActiveAdmin(tx, userId)]);
      if (admin === null) throw new PlatformAdminNotFound();
      if (expectedVersion !== undefined) admin.expectVersion(expectedVersion);
      admin.revoke({ anotherIsActive }, this.clock.now());
      await this.admins.remove(tx, admin);
      return { version: admin.version };
    });
  }
}
