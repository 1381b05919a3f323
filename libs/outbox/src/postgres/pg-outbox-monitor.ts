import type { Database } from '#database';
import { platformScope } from '#kernel';
import { OutboxMonitor, type OutboxReading } from '../outbox-monitor.ts';

/** The size of a partition is asked of the file system: with a year of them that is work for milliseconds, whoever scrapes. */
const copyLivesMs = 5_000;

/** The index of dead events leads to all of them, however long the work list is. */
const reading = {
  name: 'outbox_reading',
  text: `WITH dead AS MATERIALIZED (SELECT bucket, min(committed_at) AS committed_at FROM outbox_pending WHERE state = 'dead' GROUP BY bucket),
    log AS (SELECT count(*)::int AS partitions, coalesce(sum(pg_total_relation_size(inhrelid)), 0)::float8 AS bytes
      FROM pg_inherits WHERE inhparent = 'outbox_events'::regclass)
    SELECT s.shard, log.partitions, log.bytes, coalesce(state.status, 'never_built') AS status,
      CASE WHEN state.status = 'rebuilding' THEN greatest(0, extract(epoch FROM now() - state.since)) ELSE 0 END::float8 AS rebuilding_seconds,
      (SELECT greatest(0, coalesce(extract(epoch FROM now() - min(dead.committed_at)), 0)) FROM projection_buckets b JOIN dead USING (bucket)
        WHERE b.shard = s.shard)::float8 AS dead_seconds
    FROM projection_shards s CROSS JOIN log LEFT JOIN projection_state state ON true ORDER BY s.shard`,
};

interface ReadingRow {
  readonly shard: number;
  readonly partitions: number;
  readonly bytes: number;
  readonly status: OutboxReading['graph'];
  readonly rebuilding_seconds: number;
  readonly dead_seconds: number;
}

export class PgOutboxMonitor extends OutboxMonitor {
  private copy: { reading: Promise<OutboxReading>; until: number } | null = null;

  constructor(private readonly database: Database) {
    super();
  }

  override read(): Promise<OutboxReading> {
    if (this.copy !== null && this.copy.until > Date.now()) return this.copy.reading;
    const copy = { reading: this.ask(), until: Date.now() + copyLivesMs };
    this.copy = copy;
    copy.reading.catch(() => (copy.until = 0));
    return copy.reading;
  }

  private async ask(): Promise<OutboxReading> {
    const rows = await this.database.read<ReadingRow>(platformScope, reading);
    const [first] = rows;
    return {
      graph: first?.status ?? 'never_built',
      rebuildingSeconds: first?.rebuilding_seconds ?? 0,
      oldestDead: rows.map(({ shard, dead_seconds: seconds }) => ({ shard, seconds })),
      log: { partitions: first?.partitions ?? 0, bytes: first?.bytes ?? 0 },
    };
  }
}
