import { Clock, platformScope, UnitOfWork, type ExecutionContext, type UserId } from '#kernel';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { identityOf, type Identity } from '../domain/identity.ts';
import { profileOf, type Claims } from '../domain/profile.ts';
import type { UserStatus } from '../domain/user.ts';
import { UserProvisioning } from './user-provisioning.ts';

export interface KnownUser {
  readonly user_id: UserId;
  readonly status: UserStatus;
}

/** Who is behind an identity: one prepared statement, outside any transaction. */
export abstract class IdentityDirectory {
  abstract find(identity: Identity): Promise<KnownUser | null>;
}

/**
 * The user behind a token that was verified, made at the first sight of it. Whoever is known costs one read and no
 * write; the profile counts only at the first sight. Throws `IdentityInvalid`.
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
    private readonly clock: Clock,
  ) {}

  async execute({ context, input }: ProvisionUser): Promise<KnownUser> {
    const identity = identityOf(input);
    const known = await this.directory.find(identity);
    if (known !== null) return known;
    const profile = profileOf(input);
    await this.unitOfWork.run(context, platformScope, (tx) => this.provisioning.findOrMake(tx, identity, profile, this.clock.now()));
    const made = await this.directory.find(identity);
    if (made === null) throw new Error('a user was provisioned, yet is not there');
    return made;
  }
}
