import { Clock, platformScope, UnitOfWork, type ExecutionContext, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { identityOf, type Identity } from '../domain/identity.ts';
import { isSameProfile, profileOf, refreshed, type Claims, type Profile } from '../domain/profile.ts';
import { UserRepository } from '../domain/user-repository.ts';
import type { UserStatus } from '../domain/user.ts';
import { UserProvisioning } from './user-provisioning.ts';

export interface KnownUser {
  readonly user_id: UserId;
  readonly status: UserStatus;
}

/** Who is behind an identity: one prepared statement, outside any transaction. */
export abstract class IdentityDirectory {
  abstract find(identity: Identity): Promise<(KnownUser & { readonly profile: Profile }) | null>;
}

/**
 * The user behind a token that was verified, made at the first sight of it. Whoever is known costs one read and no
 * write, unless the token brings a newer profile. Throws `IdentityInvalid`.
 */
export class ProvisionUser extends Command<KnownUser> {
  constructor(
    readonly context: ExecutionContext,
    readonly input: Identity & Claims,
  ) {
    super();
  }
}

@CommandHandler(ProvisionUser)
export class ProvisionUserHandler implements ICommandHandler<ProvisionUser> {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly directory: IdentityDirectory,
    private readonly provisioning: UserProvisioning,
    private readonly users: UserRepository,
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ProvisionUser): Promise<KnownUser> {
    const identity = identityOf(input);
    const told = profileOf(input);
    const known = await this.directory.find(identity);
    if (known === null) return this.make(context, identity, told);
    const { user_id, status, profile } = known;
    if (!isSameProfile(profile, refreshed(profile, told))) await this.learn(context, user_id, told);
    return { user_id, status };
  }

  private async make(context: ExecutionContext, identity: Identity, told: Profile): Promise<KnownUser> {
    await this.unitOfWork.run(context, platformScope, (tx) => this.provisioning.findOrMake(tx, identity, told, this.clock.now()));
    const made = await this.directory.find(identity);
    if (made === null) throw new Error('a user was provisioned, yet is not there');
    return { user_id: made.user_id, status: made.status };
  }

  private async learn(context: ExecutionContext, userId: UserId, told: Profile): Promise<void> {
    await this.unitOfWork.run(context, platformScope, async (tx) => {
      const user = await this.users.lock(tx, userId);
      if (user === null) return null;
      user.learn(told, this.clock.now());
      await this.users.update(tx, user);
      return null;
    });
  }
}
