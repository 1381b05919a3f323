import { executorOf } from '#database';
import type { Transaction } from '#kernel';
import { ClearingTurn } from '../application/ended-memberships.ts';

const take = {
  name: 'clearing_turn_take',
  text: `SELECT pg_try_advisory_xact_lock(hashtext('tenantry.ended_memberships')) AS taken`,
};

export class PgClearingTurn extends ClearingTurn {
  override async take(tx: Transaction): Promise<boolean> {
    const { rows } = await executorOf(tx).query<{ taken: boolean }>(take.text, [], take.name);
    return rows[0]?.taken ?? false;
  }
}
