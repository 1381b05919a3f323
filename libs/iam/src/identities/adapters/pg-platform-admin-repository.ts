import { executorOf, onConstraint } from '#database';
import type { Transaction, UserId } from '#kernel';
import { AlreadyPlatformAdmin } from '../domain/errors.ts';
import { PlatformAdminRepository } from '../domain/platform-admin-repository.ts';
import { PlatformAdmin } from '../domain/platform-admin.ts';

const lockPlatform = { name: 'platform_lock', text: `SELECT id FROM platform WHERE id = 'main' FOR UPDATE` };

const find = { name: 'platform_admin_find', text: 'SELECT version, granted_at FROM platform_admins WHERE user_id = $1' };

/** No row lock: a user's status changes only under the lock on the platform. */
const anotherActiveAdmin = {
  name: 'platform_another_active_admin',
  text: `SELECT a.user_id FROM platform_admins a JOIN users u ON u.id = a.user_id
    WHERE a.user_id <> $1 AND u.status = 'active' LIMIT 1`,
};

const lastVersion = { name: 'platform_admin_last_version', text: 'SELECT version FROM removed_platform_admins WHERE user_id = $1' };

const add = {
  name: 'platform_admin_add',
  text: 'INSERT INTO platform_admins (user_id, version, granted_at) VALUES ($1, $2, $3)',
};

const remove = {
  name: 'platform_admin_remove',
  text: `WITH gone AS (DELETE FROM platform_admins WHERE user_id = $1)
    INSERT INTO removed_platform_admins (user_id, version, removed_at) VALUES ($1, $2, now())
    ON CONFLICT (user_id) DO UPDATE SET version = EXCLUDED.version, removed_at = EXCLUDED.removed_at`,
};

export class PgPlatformAdminRepository extends PlatformAdminRepository {
  override async lockPlatform(tx: Transaction): Promise<void> {
    const { rowCount } = await executorOf(tx).query(lockPlatform.text, [], lockPlatform.name);
    if (rowCount !== 1) throw new Error('the platform has no row to lock, or the transaction is not of the platform');
  }

  override async find(tx: Transaction, userId: UserId): Promise<PlatformAdmin | null> {
    const { rows } = await executorOf(tx).query<{ version: number; granted_at: Date }>(find.text, [userId], find.name);
    const [row] = rows;
    return row === undefined ? null : PlatformAdmin.rehydrate({ userId, version: row.version, grantedAt: row.granted_at });
  }

  override async anotherActiveAdmin(tx: Transaction, except: UserId): Promise<boolean> {
    const { rows } = await executorOf(tx).query(anotherActiveAdmin.text, [except], anotherActiveAdmin.name);
    return rows.length > 0;
  }

  override async lastVersion(tx: Transaction, userId: UserId): Promise<number> {
    const { rows } = await executorOf(tx).query<{ version: number }>(lastVersion.text, [userId], lastVersion.name);
    return rows[0]?.version ?? 0;
  }

  override async add(tx: Transaction, admin: PlatformAdmin): Promise<void> {
    const { userId, version, grantedAt } = admin.snapshot;
    const statement = executorOf(tx).query(add.text, [userId, version, grantedAt], add.name);
    await onConstraint(statement, { platform_admins_pkey: () => new AlreadyPlatformAdmin() });
    tx.collect(admin);
  }

  override async remove(tx: Transaction, admin: PlatformAdmin): Promise<void> {
    await executorOf(tx).query(remove.text, [admin.userId, admin.version], remove.name);
    tx.collect(admin);
  }
}
