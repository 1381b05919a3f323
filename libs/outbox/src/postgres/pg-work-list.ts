import type { SqlExecutor } from '#database';
import { PgExecutor, projectionVersion } from '#database/nest';
import type { Pool, PoolClient } from 'pg';
import type { LoggedEvent } from '../projection/graph-mapping.ts';
import {
  WorkList,
  type AppliedBatch,
  type LostEvent,
  type PendingRead,
  type RebuildProgress,
  type WorkSnapshot,
} from '../projection/work-list.ts';
import { interleave, type PendingRow } from './interleave.ts';
import * as sql from './work-list-sql.ts';

/** How many of the newest events of each bucket are looked at besides the oldest: for a small tenant behind a large one of its bucket. */
const tail = 8;

/** How many of the oldest of each bucket, unless there is more room: with 64 buckets to a shard, what a call holds. */
const share = 16;

const nothing: { readonly rows: readonly PendingRow[] } = { rows: [] };

interface ShardRow {
  readonly epoch: string;
  readonly paused: 'no' | 'grants' | 'all';
  readonly rebuilt: boolean;
  readonly rebuild_phase: number;
  readonly rebuild_cursor: string | null;
  readonly live_rebuild: string | null;
  readonly buckets: number[];
  /** The server's clock, in milliseconds. */
  readonly now: number;
}

interface EventRow {
  readonly position: string;
  readonly bucket: number;
  readonly tenant_id: string | null;
  readonly aggregate_type: string;
  readonly aggregate_id: string;
  readonly type: string;
  readonly schema_version: number;
  readonly payload: unknown;
  readonly traceparent: string | null;
}

/** Expects a pool whose connections work for the platform, across tenants. */
export class PgWorkList extends WorkList {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async inSnapshot<T>(read: PendingRead, use: (snapshot: WorkSnapshot) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      return await use(await this.open(client, read));
    } finally {
      // It only read: nobody waits for its end, which tells nothing more.
      void client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
    }
  }

  private async open(client: PoolClient, read: PendingRead): Promise<WorkSnapshot> {
    const rows = new PgExecutor(client);
    const values = (limit: number) => [read.shard, read.above, limit, projectionVersion, share];
    const [, shards, revoking, grants, newest] = await Promise.all([
      rows.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'),
      rows.query<ShardRow>(sql.shard.text, [read.shard, read.holder], sql.shard.name),
      rows.query<PendingRow>(sql.revoking.text, values(read.revokingLimit), sql.revoking.name),
      read.limit > 0 ? rows.query<PendingRow>(sql.grants.text, values(read.limit), sql.grants.name) : nothing,
      read.fromBothEnds
        ? rows.query<PendingRow>(sql.newestGrants.text, [read.shard, read.above, tail, projectionVersion], sql.newestGrants.name)
        : nothing,
    ]);
    const shard = shards.rows[0] ?? null;
    const clockAhead = Date.now() - (shard?.now ?? 0);
    const hasMoreRemovals = revoking.rows.length >= read.revokingLimit;
    const chosen = shard === null ? [] : [...revoking.rows, ...interleave(grants.rows, newest.rows, read.limit)];
    const tenants = [...new Set(chosen.map(({ tenant_id }) => tenant_id))];
    const removals = chosen.filter((row) => row.revoking).map(({ position }) => position);
    const gating = this.gatedTenants(rows, tenants, removals);
    // Behind a long list of removals most grants must wait: their payloads and rows are not read in vain.
    const offered = removals.length === 0 ? chosen : withoutGated(chosen, await gating);
    const [events, gatedTenants] = await Promise.all([this.events(rows, offered, clockAhead), gating]);
    return {
      shard: shard && {
        epoch: shard.epoch,
        buckets: shard.buckets,
        paused: shard.paused,
        rebuild: rebuildOf(shard),
      },
      events,
      lost: lostAmong(offered, events),
      gatedTenants,
      gated: (some) => this.gatedTenants(rows, some, []),
      hasMore: hasMoreRemovals || grants.rows.length >= read.limit,
      hasMoreRemovals,
      rows,
    };
  }

  private async events(rows: SqlExecutor, chosen: readonly PendingRow[], clockAhead: number): Promise<LoggedEvent[]> {
    if (chosen.length === 0) return [];
    // In one time zone, and without trailing zeros, these texts sort as the times do.
    const times = chosen.map(({ committed_at }) => committed_at).sort();
    const values = [chosen.map(({ position }) => position), times[0], times.at(-1)];
    const found = await rows.query<EventRow>(sql.events.text, values, sql.events.name);
    const byPosition = new Map(found.rows.map((row) => [row.position, row]));
    return chosen.flatMap((pending) => {
      const row = byPosition.get(pending.position);
      return row === undefined ? [] : [loggedEvent(row, pending, clockAhead)];
    });
  }

  /** Of these tenants, those with revoking events beyond the given positions. */
  private async gatedTenants(
    rows: SqlExecutor,
    tenants: readonly (string | null)[],
    positions: readonly string[],
  ): Promise<Set<string | null>> {
    if (tenants.length === 0) return new Set();
    const values = [tenants.filter((tenant) => tenant !== null), tenants.includes(null), positions];
    const gated = await rows.query<{ tenant_id: string | null }>(sql.gatedTenants.text, values, sql.gatedTenants.name);
    return new Set(gated.rows.map(({ tenant_id }) => tenant_id));
  }

  override async record(batch: AppliedBatch): Promise<boolean> {
    const { written, rebuild } = batch;
    const result = await this.pool.query({
      ...sql.record,
      values: [
        batch.shard,
        batch.holder,
        batch.epoch,
        batch.previousSeq,
        written?.seq ?? null,
        written?.marker ?? null,
        written?.zedToken ?? null,
        written?.updates ?? 0,
        batch.done,
        batch.demoted,
        batch.revokedTenants.filter((tenant) => tenant !== null),
        rebuild?.phase ?? null,
        rebuild?.cursor ?? null,
        rebuild?.finished ?? false,
        rebuild?.live ?? null,
        rebuild?.relationships ?? 0,
      ],
    });
    return result.rows.length > 0;
  }

  override async bury(position: bigint, error: string): Promise<number> {
    const { rows } = await this.pool.query<{ attempts: number }>({ ...sql.bury, values: [position, error.slice(0, 2_000)] });
    return rows[0]?.attempts ?? 1;
  }

  override async refuse(shard: number, edge: string, error: string): Promise<boolean> {
    const values = [shard, edge, error.slice(0, 2_000)];
    return (await this.pool.query<{ new: boolean }>({ ...sql.refuse, values })).rows[0]?.new === true;
  }

  override async horizon(): Promise<{ position: bigint; nextTransaction: bigint }> {
    const drawn = await this.pool.query<{ position: string }>(sql.lastPosition);
    const next = await this.pool.query<{ id: string }>(sql.nextTransaction);
    return { position: BigInt(drawn.rows[0]?.position ?? 0), nextTransaction: BigInt(next.rows[0]?.id ?? 0) };
  }

  override async floor(shard: number): Promise<{ oldestTransaction: bigint; lowestPending: bigint | null }> {
    const oldest = await this.pool.query<{ id: string }>(sql.oldestTransaction);
    const lowest = await this.pool.query<{ position: string | null }>({ ...sql.lowestPending, values: [shard] });
    const position = lowest.rows[0]?.position ?? null;
    return { oldestTransaction: BigInt(oldest.rows[0]?.id ?? 0), lowestPending: position === null ? null : BigInt(position) };
  }
}

/** One that makes the graph anew goes before one of a graph in use, which it leaves nothing to do. */
function rebuildOf({ rebuilt, live_rebuild: live, rebuild_phase: phase, rebuild_cursor: cursor }: ShardRow): RebuildProgress | null {
  if (!rebuilt) return { live: null, phase, cursor };
  return live === null ? null : { live, phase, cursor };
}

const withoutGated = (rows: readonly PendingRow[], gated: ReadonlySet<string | null>): PendingRow[] =>
  rows.filter(({ revoking, tenant_id }) => revoking || !gated.has(tenant_id));

function lostAmong(offered: readonly PendingRow[], events: readonly LoggedEvent[]): LostEvent[] {
  if (offered.length === events.length) return [];
  const found = new Set(events.map(({ position }) => String(position)));
  const missing = offered.filter(({ position }) => !found.has(position));
  return missing.map(({ position, tenant_id: tenantId }) => ({ position: BigInt(position), tenantId }));
}

/** `revoking` is the work list's word: an event whose closing half is written waits on as a grant. */
function loggedEvent(row: EventRow, { revoking, committed_at: at, replayed_by: replay }: PendingRow, clockAhead: number): LoggedEvent {
  const origin = { committedAt: Date.parse(at) + clockAhead, ...(row.traceparent !== null && { traceparent: row.traceparent }) };
  return {
    position: BigInt(row.position),
    bucket: row.bucket,
    tenantId: row.tenant_id,
    aggregateType: row.aggregate_type,
    aggregateId: row.aggregate_id,
    type: row.type,
    schemaVersion: row.schema_version,
    revoking,
    payload: row.payload,
    ...((replay ?? null) === null && { origin }),
  };
}
