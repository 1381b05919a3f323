import type { Transaction, UserId } from '#kernel';
import { NamedUserNotFound, UserNotActive } from '../domain/errors.ts';
import type { UserStatus } from '../domain/user.ts';

/** For transactions whose outcome rests on a user being active. */
export abstract class UserStatuses {
  /** The status, which cannot change until the transaction ends. Null when there is no such user. */
  abstract hold(tx: Transaction, userId: UserId): Promise<UserStatus | null>;

  /** Throws `NamedUserNotFound`, `UserNotActive`. */
  async holdActive(tx: Transaction, userId: UserId): Promise<void> {
    const status = await this.hold(tx, userId);
    if (status === null) throw new NamedUserNotFound();
    if (status !== 'active') throw new UserNotActive();
  }
}
