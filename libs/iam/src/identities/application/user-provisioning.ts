import { type IdGenerator, type Transaction, type UserId } from '#kernel';
import type { Identity } from '../domain/identity.ts';
import type { Profile } from '../domain/profile.ts';
import type { UserRepository } from '../domain/user-repository.ts';
import { User } from '../domain/user.ts';

/** One user for one identity, however many ask at once. */
export class UserProvisioning {
  constructor(
    private readonly users: UserRepository,
    private readonly ids: IdGenerator,
  ) {}

  /** The profile counts only for a new user. */
  async findOrMake(tx: Transaction, identity: Identity, profile: Profile, at: Date): Promise<UserId> {
    const known = await this.users.idBehind(tx, identity);
    if (known !== null) return known;
    const user = User.provision(this.ids.next<UserId>(), profile, at);
    if (await this.users.provision(tx, user, identity)) return user.id;
    const winner = await this.users.idBehind(tx, identity);
    if (winner === null) throw new Error('an identity was taken, yet has no user');
    return winner;
  }
}
