import type { Transaction, UserId } from '#kernel';
import type { PlatformAdmin } from './platform-admin.ts';

/** Platform admins, inside a transaction. */
export abstract class PlatformAdminRepository {
  /** Taken first by whoever changes who governs the platform or a user's status: one of them at a time. */
  abstract lockPlatform(tx: Transaction): Promise<void>;

  /** Under the lock on the platform. Null when the user is none. */
  abstract find(tx: Transaction, userId: UserId): Promise<PlatformAdmin | null>;

  /** Under the lock on the platform: whether an active admin other than this user is there. */
  abstract anotherActiveAdmin(tx: Transaction, except: UserId): Promise<boolean>;

  /** The version at which an earlier grant to this user was revoked; 0 without one. */
  abstract lastVersion(tx: Transaction, userId: UserId): Promise<number>;

  abstract add(tx: Transaction, admin: PlatformAdmin): Promise<void>;

  /** Its version is remembered. */
  abstract remove(tx: Transaction, admin: PlatformAdmin): Promise<void>;
}
