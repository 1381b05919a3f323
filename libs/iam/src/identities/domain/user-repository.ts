import type { TenantId, Transaction, UserId } from '#kernel';
import type { Identity } from './identity.ts';
import type { User } from './user.ts';

/** Users, inside a transaction. */
export abstract class UserRepository {
  /**
   * Alone until the transaction ends: whoever rests on the user's status waits, and what waited before is committed and
   * seen by the statements that follow. Null when there is none.
   */
  abstract lock(tx: Transaction, id: UserId): Promise<User | null>;

  /** Every tenant the user is a member of, in order of their ids. */
  abstract tenantsOf(tx: Transaction, id: UserId): Promise<readonly TenantId[]>;

  /** The user behind an identity, as committed by now. */
  abstract idBehind(tx: Transaction, identity: Identity): Promise<UserId | null>;

  /** False, and nothing stored, when the identity has a user or another transaction just made one. */
  abstract provision(tx: Transaction, user: User, identity: Identity): Promise<boolean>;

  /** One that this transaction locked. */
  abstract update(tx: Transaction, user: User): Promise<void>;
}
