import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An event that was put back on the list by a replay is old, and does not lag. */
const replayed = 'ALTER TABLE outbox_pending ADD COLUMN replayed_by text';

/**
 * Drops one partition whose last event was committed before the given moment; the default partition is emptied instead. Says what it did,
 * or what stands against it: `dropped`, `absent`, `young` (an event in it is younger, or transactions that began then may still be open),
 * `waiting` (an event in it is on the work list) or `replaying`. By the owner's rights, so that the runtime role needs none to drop anything.
 *
 * The lock on the log comes first: nobody can put an event back on the list between the question and the drop. Whoever asks waits two
 * seconds for it at most, because all writers queue up behind.
 */
const dropPartition = `
  CREATE FUNCTION drop_outbox_partition(part name, before timestamptz) RETURNS text
  LANGUAGE plpgsql SECURITY DEFINER SET search_path = tenantry, pg_temp SET lock_timeout = '2s' AS $$
  DECLARE
    is_default boolean := part = 'outbox_events_default';
    newest timestamptz;
  BEGIN
    IF part IS NULL OR before IS NULL OR before > now() - interval '1 day' THEN
      RETURN 'young';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('tenantry.outbox_partitions'));
    IF NOT EXISTS (SELECT FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'outbox_events'::regclass AND c.relname = part) THEN
      RETURN 'absent';
    END IF;
    IF is_default THEN
      SELECT committed_at INTO newest FROM outbox_events_default ORDER BY position DESC LIMIT 1;
      IF newest IS NULL THEN
        RETURN 'absent';
      ELSIF newest >= before THEN
        RETURN 'young';
      END IF;
    END IF;
    LOCK TABLE outbox_events IN ACCESS EXCLUSIVE MODE;
    IF is_default THEN
      SELECT max(committed_at) INTO newest FROM outbox_events_default;
    ELSE
      newest := ((to_date(right(part, 8), 'YYYYMMDD') + 1)::timestamp AT TIME ZONE 'UTC') - interval '1 microsecond';
    END IF;
    IF newest >= before THEN
      RETURN 'young';
    END IF;
    IF EXISTS (SELECT FROM outbox_pending WHERE committed_at <= newest) THEN
      RETURN 'waiting';
    END IF;
    IF EXISTS (SELECT FROM operations WHERE kind = 'replay' AND state IN ('pending', 'running')) THEN
      RETURN 'replaying';
    END IF;
    IF is_default THEN
      TRUNCATE outbox_events_default;
    ELSE
      EXECUTE format('DROP TABLE %I', part);
    END IF;
    RETURN 'dropped';
  END $$;`;

/** What operators need beside the tables that there are: a mark on replayed events, and a way to cut the log. */
export class OperatorsDesk1763700000009 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(replayed);
    await runner.query(dropPartition);
    await runner.query('REVOKE EXECUTE ON FUNCTION drop_outbox_partition(name, timestamptz) FROM PUBLIC');
    await runner.query('GRANT EXECUTE ON FUNCTION drop_outbox_partition(name, timestamptz) TO tenantry_runtime');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION drop_outbox_partition(name, timestamptz)');
    await runner.query('ALTER TABLE outbox_pending DROP COLUMN replayed_by');
  }
}
