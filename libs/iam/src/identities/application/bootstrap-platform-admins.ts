import { Clock, platformScope, UnitOfWork, type ExecutionContext, type Transaction, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { identityOf, type Identity } from '../domain/identity.ts';
import { PlatformAdminRepository } from '../domain/platform-admin-repository.ts';
import { PlatformAdmin } from '../domain/platform-admin.ts';
import { profileOf } from '../domain/profile.ts';
import { UserRepository } from '../domain/user-repository.ts';
import { UserProvisioning } from './user-provisioning.ts';

/**
 * Makes the configured identities platform admins, at every start, by any number of processes at once. Whoever was
 * revoked since stays so, unless nobody active is left to govern; whoever is suspended is left alone.
 *
 * Answers who became one now. Throws `IdentityInvalid`.
 */
export class BootstrapPlatformAdmins extends Command<{ granted: readonly UserId[] }> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: { readonly identities: readonly Identity[] },
  ) {
    super();
  }
}

@CommandHandler(BootstrapPlatformAdmins)
export class BootstrapPlatformAdminsHandler implements ICommandHandler<BootstrapPlatformAdmins> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserRepository,
    private readonly admins: PlatformAdminRepository,
    private readonly provisioning: UserProvisioning,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: BootstrapPlatformAdmins): Promise<{ granted: readonly UserId[] }> {
    const identities = input.identities.map(identityOf);
    if (identities.length === 0) return { granted: [] };
    return this.unitOfWork.run(context, platformScope, async (tx) => {
      await this.admins.lockPlatform(tx);
      const granted: UserId[] = [];
      for (const identity of identities) {
        const userId = await this.provisioning.findOrMake(tx, identity, profileOf({}), this.clock.now());
        if (await this.grant(tx, userId)) granted.push(userId);
      }
      return { granted };
    });
  }

  private async grant(tx: Transaction, userId: UserId): Promise<boolean> {
    const user = await this.users.lock(tx, userId);
    const [existing, lastVersion, governed] = await Promise.all([
      this.admins.find(tx, userId),
      this.admins.lastVersion(tx, userId),
      this.admins.anotherActiveAdmin(tx, userId),
    ]);
    const revokedBefore = lastVersion > 0;
    if (user?.status !== 'active' || existing !== null || (revokedBefore && governed)) return false;
    await this.admins.add(tx, PlatformAdmin.grant(userId, lastVersion, this.clock.now()));
    return true;
  }
}
