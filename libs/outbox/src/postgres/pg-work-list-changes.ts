import { executorOf, type Database } from '#database';
import { projectionVersion } from '#database/nest';
import { platformScope, type Transaction } from '#kernel';
import { WorkListChanges, type EnlistedEvents, type EventSummary, type RetriedEvents } from '../desk/event-records.ts';
import type { EventSelector } from '../desk/event-selector.ts';
import type { AwaitedShard } from '../standstill.ts';
import { channels } from './channels.ts';
import { mostWalked, summary, walkStatement, type WalkedRows } from './event-walk-sql.ts';
import { notify } from './notify.ts';

const retry = {
  name: 'retry_events',
  text: `UPDATE outbox_pending SET state = 'pending' WHERE position = ANY ($1::bigint[]) AND state = 'dead' RETURNING position::text`,
};

const discard = {
  name: 'discard_event',
  text: `WITH p AS (DELETE FROM outbox_pending WHERE position = $1 AND state = 'dead' RETURNING position, committed_at, tenant_id, revoking, state, attempts, last_error, replayed_by)
    SELECT ${summary} FROM p LEFT JOIN outbox_events e ON e.position = p.position AND e.committed_at = p.committed_at`,
};

/**
 * As grants, whatever they were: what a removal took away is gone, and where it is not, it goes with the next call. So no replay, however
 * long, stands before a live removal, and none shuts its tenant for live grants.
 */
const enlist = {
  name: 'enlist_events',
  text: `WITH chosen AS MATERIALIZED (
      SELECT position, committed_at, bucket, tenant_id FROM outbox_events
      WHERE position = ANY ($1::bigint[]) AND committed_at BETWEEN $2::timestamptz AND $3::timestamptz),
    known AS (SELECT position, state FROM outbox_pending WHERE position = ANY ($1::bigint[])),
    added AS (
      INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version, replayed_by)
      SELECT position, committed_at, bucket, tenant_id, false, ${projectionVersion}, $4 FROM chosen ORDER BY position
      ON CONFLICT (position) DO NOTHING RETURNING position),
    retried AS (
      UPDATE outbox_pending SET state = 'pending', replayed_by = $4 WHERE position = ANY ($1::bigint[]) AND state = 'dead' AND $5 RETURNING position)
    SELECT ARRAY(SELECT position FROM added UNION ALL SELECT position FROM retried)::text[] AS positions,
      (SELECT count(*)::integer FROM known WHERE state = 'pending') AS waiting,
      (SELECT count(*)::integer FROM known WHERE state = 'dead' AND NOT $5) AS dead`,
};

const waiting = {
  name: 'events_still_waiting',
  text: `SELECT position::text FROM outbox_pending WHERE position = ANY ($1::bigint[]) AND state = 'pending'`,
};

const awaited = {
  name: 'shards_of_waiting_events',
  text: `SELECT b.shard, coalesce(s.paused, 'no') AS paused, coalesce(s.holder IS NOT NULL AND s.lease_until >= now(), false) AS held
    FROM outbox_pending p JOIN projection_buckets b USING (bucket) LEFT JOIN projection_shards s USING (shard)
    WHERE p.position = ANY ($1::bigint[]) AND p.state = 'pending' GROUP BY 1, 2, 3 ORDER BY 1`,
};

export class PgWorkListChanges extends WorkListChanges {
  constructor(private readonly database: Database) {
    super();
  }

  override async retry(tx: Transaction, selector: EventSelector, limit: number): Promise<RetriedEvents> {
    const found: string[] = [];
    for (let from: bigint | null = 0n; from !== null && found.length <= limit;) {
      const walk = walkStatement({ ...selector, state: 'dead' }, { order: 'oldest', limit: limit - found.length, from });
      const [step] = (await executorOf(tx).query<WalkedRows>(walk.text, walk.values)).rows;
      found.push(...(step?.rows ?? []).map(({ position }) => position));
      from = step === undefined || step.reached === null || step.walked < mostWalked ? null : BigInt(step.reached);
    }
    const done = await executorOf(tx).query<{ position: string }>(retry.text, [found.slice(0, limit)], retry.name);
    return { positions: done.rows.map(({ position }) => BigInt(position)), more: found.length > limit };
  }

  override async discard(tx: Transaction, position: bigint): Promise<EventSummary | null> {
    return (await executorOf(tx).query<EventSummary>(discard.text, [position], discard.name)).rows[0] ?? null;
  }

  override async enlist(
    tx: Transaction,
    events: readonly EventSummary[],
    { operation, retryDead }: { readonly operation: string; readonly retryDead: boolean },
  ): Promise<EnlistedEvents> {
    // In one form and one time zone, these texts sort as the times do.
    const times = events.map(({ committed_at }) => committed_at).sort();
    const values = [events.map(({ position }) => position), times[0], times.at(-1), operation, retryDead];
    const { rows } = await executorOf(tx).query<{ positions: string[]; waiting: number; dead: number }>(enlist.text, values, enlist.name);
    const found = rows[0] ?? { positions: [], waiting: 0, dead: 0 };
    return { ...found, positions: found.positions.map(BigInt), replayed: found.positions.length };
  }

  override async stillWaiting(positions: readonly bigint[]): Promise<readonly bigint[]> {
    const rows = await this.database.read<{ position: string }>(platformScope, { ...waiting, values: [positions] });
    return rows.map(({ position }) => BigInt(position));
  }

  override awaited(positions: readonly bigint[]): Promise<readonly AwaitedShard[]> {
    return this.database.read<AwaitedShard>(platformScope, { ...awaited, values: [positions] });
  }

  override async lookAgain(): Promise<void> {
    await this.database.read(platformScope, { ...notify, values: [channels.lookAgain, ''] });
  }
}
