import { DatabaseUnavailable, executorOf, type Database } from '#database';
import { platformScope, type Transaction } from '#kernel';
import { LogBusy } from '../desk/errors.ts';
import { LogPartitions, type DropAnswer, type LogPartition } from '../desk/purge-log.ts';

/**
 * Partitions are named after their day; `reltuples` is -1 where nothing was analysed yet. What is older than the first of them is in the one
 * of the day of installation, which ends with the newest of it.
 */
const list = {
  name: 'log_partitions',
  text: `WITH parts AS MATERIALIZED (
      SELECT c.oid, c.relname AS name, CASE WHEN c.relname ~ '^outbox_events_[0-9]{8}$' THEN to_date(right(c.relname, 8), 'YYYYMMDD') END AS day,
        greatest(c.reltuples, 0)::float8 AS events
      FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'outbox_events'::regclass)
    SELECT name, day::text AS "from", events, pg_total_relation_size(oid)::float8 AS bytes,
      coalesce(day + 1, (SELECT (t.committed_at AT TIME ZONE 'UTC')::date + 1 FROM outbox_events t
        WHERE t.committed_at < (SELECT min(day)::timestamp AT TIME ZONE 'UTC' FROM parts) ORDER BY t.position DESC LIMIT 1))::text AS until
    FROM parts ORDER BY day NULLS FIRST`,
};

/**
 * Asked before anything is locked, because whoever waits for the log keeps all writers waiting: a dead event would, at every attempt. By
 * positions, of which the work list has an index. What comes on the list afterwards is found by the function, under its lock.
 */
const stillNeeded = {
  name: 'partition_still_needed',
  text: `SELECT CASE WHEN EXISTS (
        SELECT FROM (SELECT committed_at FROM outbox_pending WHERE position <= (SELECT max(position) FROM outbox_events WHERE committed_at < $1::timestamptz)
          ORDER BY position OFFSET 0) p WHERE p.committed_at < $1::timestamptz) THEN 'waiting'
      WHEN EXISTS (SELECT FROM operations WHERE kind = 'replay' AND state IN ('pending', 'running')) THEN 'replaying' END AS answer`,
};

const drop = { name: 'drop_partition', text: 'SELECT drop_outbox_partition($1::name, $2::timestamptz) AS answer' };

export class PgLogPartitions extends LogPartitions {
  constructor(private readonly database: Database) {
    super();
  }

  override list(): Promise<readonly LogPartition[]> {
    return this.database.read<LogPartition>(platformScope, list);
  }

  override async drop(tx: Transaction, { name, until }: LogPartition, before: string): Promise<DropAnswer> {
    const executor = executorOf(tx);
    const needed = await executor.query<{ answer: DropAnswer | null }>(stillNeeded.text, [until && `${until}T00:00:00Z`], stillNeeded.name);
    const answer = needed.rows[0]?.answer ?? null;
    if (answer !== null) return answer;
    try {
      const { rows } = await executor.query<{ answer: DropAnswer }>(drop.text, [name, before], drop.name);
      return rows[0]?.answer ?? 'absent';
    } catch (error) {
      throw isLockTimeout(error) ? new LogBusy(error) : error;
    }
  }
}

const isLockTimeout = (error: unknown): boolean =>
  error instanceof DatabaseUnavailable && (error.cause as { code?: unknown } | undefined)?.code === '55P03';
