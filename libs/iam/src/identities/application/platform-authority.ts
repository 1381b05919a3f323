import type { Actor, Transaction, UserId } from '#kernel';
import { PlatformAdminRequired } from '../domain/errors.ts';

/** For transactions that only a platform admin may do. */
export abstract class PlatformAuthority {
  /** Whether the user is an active platform admin; that cannot change until the transaction ends. */
  protected abstract holds(tx: Transaction, userId: UserId): Promise<boolean>;

  /** The product itself needs no leave. Throws `PlatformAdminRequired`. */
  async mustGovern(tx: Transaction, actor: Actor): Promise<void> {
    if (actor.kind === 'system') return;
    if (actor.kind !== 'user' || !(await this.holds(tx, actor.id))) throw new PlatformAdminRequired();
  }
}
