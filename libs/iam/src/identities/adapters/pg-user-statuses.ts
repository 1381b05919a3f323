import { executorOf } from '#database';
import type { Transaction, UserId } from '#kernel';
import { UserStatuses } from '../application/user-statuses.ts';
import type { UserStatus } from '../domain/user.ts';

const hold = { name: 'user_status_hold', text: 'SELECT status FROM users WHERE id = $1 FOR SHARE' };

export class PgUserStatuses extends UserStatuses {
  override async hold(tx: Transaction, userId: UserId): Promise<UserStatus | null> {
    const { rows } = await executorOf(tx).query<{ status: UserStatus }>(hold.text, [userId], hold.name);
    return rows[0]?.status ?? null;
  }
}
