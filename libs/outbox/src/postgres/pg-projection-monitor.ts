import type { Database } from '#database';
import { platformScope } from '#kernel';
import { ProjectionMonitor, type ProjectionStatus } from '../read-your-writes.ts';

/** Counting a shard's pending events stops here: a backlog is a backlog, and the page must stay cheap to load. */
const mostCounted = 1_000;

/** How long a reading serves everybody who asks: pages that anybody may load cost one statement a second, however many do. */
const copyLivesMs = 1_000;

/** `BETWEEN b AND b` holds the planner to the index of the bucket: see the statements of the work list. */
const pendingOf = (columns: string, kind: string, order: string) => `(SELECT ${columns} FROM outbox_pending
        WHERE bucket BETWEEN b.bucket AND b.bucket AND state = 'pending' AND ${kind} ${order})`;
const both = (columns: string, order = '', grants = 'NOT revoking') =>
  `${pendingOf(columns, grants, order)} UNION ALL ${pendingOf(columns, 'revoking', order)}`;

/** A replay has few events on the list at a time, all of them grants: old as they are, nothing that they say is late. */
const late = 'NOT revoking AND replayed_by IS NULL';

/** The first of each bucket tells the lag, the index of dead events all of those: neither follows the size of the backlog. */
const status = {
  name: 'projection_status',
  text: `WITH dead AS MATERIALIZED (SELECT bucket, count(*) AS events FROM outbox_pending WHERE state = 'dead' GROUP BY bucket)
    SELECT s.shard, s.holder, s.paused, s.pause_reason, s.lease_until > now() AS leased, state.epoch, state.status,
      pending.events::int AS pending,
      (SELECT coalesce(sum(dead.events), 0)::int FROM projection_buckets b JOIN dead USING (bucket) WHERE b.shard = s.shard) AS dead,
      coalesce(extract(epoch FROM now() - oldest.committed_at), 0)::float8 AS lag_seconds
    FROM projection_shards s LEFT JOIN projection_state state ON true
    CROSS JOIN LATERAL (SELECT count(*) AS events FROM (
      SELECT FROM projection_buckets b CROSS JOIN LATERAL (${both('bucket')}) p
      WHERE b.shard = s.shard LIMIT ${mostCounted}) counted) pending
    CROSS JOIN LATERAL (
      SELECT min(p.committed_at) AS committed_at FROM projection_buckets b
      CROSS JOIN LATERAL (${both('committed_at', 'ORDER BY bucket, position LIMIT 1', late)}) p WHERE b.shard = s.shard) oldest
    ORDER BY s.shard`,
};

interface ShardRow {
  readonly shard: number;
  readonly holder: string | null;
  readonly paused: 'no' | 'grants' | 'all';
  readonly pause_reason: string | null;
  readonly leased: boolean | null;
  readonly pending: number;
  readonly dead: number;
  readonly lag_seconds: number;
  readonly epoch: string | null;
  readonly status: 'rebuilding' | 'ready' | null;
}

export class PgProjectionMonitor extends ProjectionMonitor {
  private copy: { status: ProjectionStatus; until: number } | null = null;
  private reading: Promise<ProjectionStatus> | null = null;

  constructor(private readonly database: Database) {
    super();
  }

  override async status(): Promise<ProjectionStatus> {
    if (this.copy !== null && this.copy.until > Date.now()) return this.copy.status;
    this.reading ??= this.read().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async read(): Promise<ProjectionStatus> {
    const shards = await this.database.read<ShardRow>(platformScope, status);
    const read: ProjectionStatus = {
      epoch: shards[0]?.epoch ?? null,
      status: shards[0]?.status ?? 'never_built',
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
    this.copy = { status: read, until: Date.now() + copyLivesMs };
    return read;
  }
}
