import { executorOf } from '#database';
import type { Transaction, UserId } from '#kernel';
import { PlatformAuthority } from '../application/platform-authority.ts';

/** Both rows are held: neither the right nor the user's status changes until the transaction ends. */
const holds = {
  name: 'platform_authority_hold',
  text: `SELECT a.user_id FROM platform_admins a JOIN users u ON u.id = a.user_id
    WHERE a.user_id = $1 AND u.status = 'active' FOR SHARE OF a, u`,
};

export class PgPlatformAuthority extends PlatformAuthority {
  protected override async holds(tx: Transaction, userId: UserId): Promise<boolean> {
    const { rows } = await executorOf(tx).query(holds.text, [userId], holds.name);
    return rows.length > 0;
  }
}
