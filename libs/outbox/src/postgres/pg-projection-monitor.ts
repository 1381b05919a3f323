import type { Database } from '#database';
import { platformScope } from '#kernel';
import { ProjectionMonitor, type ProjectionStatus } from '../read-your-writes.ts';

/** Counting stops here: a backlog is a backlog, and the page must stay cheap to load. */
const mostCounted = 100_000;

const status = {
  name: 'projection_status',
  text: `SELECT s.shard, s.holder, s.paused, s.pause_reason, s.lease_until > now() AS leased, work.pending::int, work.dead::int,
      coalesce(extract(epoch FROM now() - work.oldest), 0)::float8 AS lag_seconds
    FROM projection_shards s CROSS JOIN LATERAL (
      SELECT count(*) FILTER (WHERE state = 'pending') AS pending, count(*) FILTER (WHERE state = 'dead') AS dead,
        min(committed_at) FILTER (WHERE state = 'pending') AS oldest
      FROM (SELECT p.state, p.committed_at FROM projection_buckets b JOIN outbox_pending p USING (bucket)
        WHERE b.shard = s.shard LIMIT ${mostCounted}) counted) work
    ORDER BY s.shard`,
};

const state = { name: 'projection_state', text: 'SELECT epoch, status FROM projection_state' };

interface ShardRow {
  readonly shard: number;
  readonly holder: string | null;
  readonly paused: 'no' | 'grants' | 'all';
  readonly pause_reason: string | null;
  readonly leased: boolean | null;
  readonly pending: number;
  readonly dead: number;
  readonly lag_seconds: number;
}

export class PgProjectionMonitor extends ProjectionMonitor {
  constructor(private readonly database: Database) {
    super();
  }

  override async status(): Promise<ProjectionStatus> {
    const [shards, [current]] = await Promise.all([
      this.database.read<ShardRow>(platformScope, status),
      this.database.read<{ epoch: string; status: 'rebuilding' | 'ready' }>(platformScope, state),
    ]);
    return {
      epoch: current?.epoch ?? null,
      status: current?.status ?? 'never_built',
      shards: shards.map((row) => ({
        shard: row.shard,
        holder: row.leased === true ? row.holder : null,
        paused: row.paused,
        pauseReason: row.pause_reason,
        pending: row.pending,
        dead: row.dead,
        lagSeconds: row.lag_seconds,
      })),
    };
  }
}
