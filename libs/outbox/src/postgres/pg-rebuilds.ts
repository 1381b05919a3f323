import { PgExecutor } from '#database/nest';
import type { IdGenerator } from '#kernel';
import type { Pool } from 'pg';
import type { GraphMapping } from '../projection/graph-mapping.ts';
import { Rebuilds, type AnewProgress, type LiveProgress } from '../projection/rebuilds.ts';
import type { AwaitedShard } from '../standstill.ts';
import { channels } from './channels.ts';
import { PgShardRegistry } from './pg-shard-registry.ts';

/** One that a suspect shard began by itself is named after a marker; one that was asked for has a plain id. */
export const ownRebuild = "live_rebuild LIKE '%-%' AND live_rebuild IS DISTINCT FROM live_rebuilt";

/** Under a lock that keeps a new epoch from beginning until this is committed. */
const begin = {
  name: 'begin_live_rebuild',
  text: `WITH ready AS MATERIALIZED (
      SELECT FROM projection_state WHERE status = 'ready' AND NOT EXISTS (SELECT FROM projection_shards WHERE ${ownRebuild}) FOR UPDATE),
    begun AS (
      UPDATE projection_shards SET live_rebuild = $1, live_rebuilt = NULL, rebuild_phase = 0, rebuild_cursor = NULL, rebuild_done = 0
      WHERE EXISTS (SELECT FROM ready) AND live_rebuild IS DISTINCT FROM $1 RETURNING shard)
    SELECT EXISTS (SELECT FROM ready) AS ready, (SELECT count(pg_notify($2, shard::text)) FROM begun) AS begun`,
};

const callOff = {
  name: 'call_off_live_rebuild',
  text: 'UPDATE projection_shards SET live_rebuild = NULL, live_rebuilt = NULL WHERE live_rebuild = $1 AND live_rebuilt IS DISTINCT FROM $1',
};

const progress = (done: string, ours: string) => `count(*)::integer AS shards, count(*) FILTER (WHERE ${done})::integer AS "shardsDone",
  count(*) FILTER (WHERE NOT (${ours}))::integer AS strange, coalesce(sum(rebuild_done) FILTER (WHERE ${ours}), 0) AS relationships,
  coalesce(min(rebuild_phase) FILTER (WHERE NOT (${done})), 0)::integer AS phase`;

/**
 * When one was asked for, no shard was rebuilding itself, and all took its name: a shard with the name of a marker was found suspect
 * afterwards. It began again from its first row, and does what was asked for.
 */
const ours = "(live_rebuild IS NOT DISTINCT FROM $1 OR coalesce(live_rebuild, '') LIKE '%-%')";
const liveDone = `(${ours} AND live_rebuilt IS NOT DISTINCT FROM live_rebuild)`;
const live = { name: 'live_rebuild', text: `SELECT ${progress(liveDone, ours)} FROM projection_shards` };

/** Buckets of no shard are awaited as well: no graph is whole without them. */
const standing = (done: string) =>
  `SELECT s.shard, s.paused, s.holder IS NOT NULL AND s.lease_until >= now() AS held FROM projection_shards s
    JOIN projection_state state ON true WHERE NOT (${done})
    UNION ALL SELECT NULL, 'no', false WHERE EXISTS (SELECT FROM projection_buckets WHERE shard IS NULL) ORDER BY shard`;
const liveAwaited = { name: 'live_rebuild_awaited', text: standing(liveDone) };
const anewAwaited = { name: 'rebuild_of_epoch_awaited', text: standing('s.rebuilt_epoch IS NOT DISTINCT FROM state.epoch') };

const anew = {
  name: 'rebuild_of_epoch',
  text: `SELECT state.epoch, state.status = 'ready' AS ready,
      ${progress('rebuilt_epoch IS NOT DISTINCT FROM state.epoch', 's.epoch IS NOT DISTINCT FROM state.epoch')}
    FROM projection_state state CROSS JOIN projection_shards s GROUP BY state.epoch, state.status`,
};

type ProgressRow = Omit<LiveProgress, 'state' | 'relationships'> & { readonly strange: number; readonly relationships: string };

/** Expects connections that work across tenants. */
export class PgRebuilds extends Rebuilds {
  constructor(
    private readonly pool: Pool,
    private readonly mapping: GraphMapping,
    private readonly ids: IdGenerator,
  ) {
    super();
  }

  override async begin(id: string): Promise<boolean> {
    const { rows } = await this.pool.query<{ ready: boolean }>({ ...begin, values: [id, channels.wake] });
    return rows[0]?.ready === true;
  }

  override async callOff(id: string): Promise<void> {
    await this.pool.query({ ...callOff, values: [id] });
  }

  override async live(id: string): Promise<LiveProgress> {
    const { strange = 0, ...found } = (await this.pool.query<ProgressRow>({ ...live, values: [id] })).rows[0] as ProgressRow;
    const state = strange > 0 ? 'gone' : found.shardsDone < found.shards ? 'under_way' : 'done';
    return { ...found, relationships: Number(found.relationships), state };
  }

  override async awaited(id: string | null): Promise<readonly AwaitedShard[]> {
    const statement = id === null ? anewAwaited : { ...liveAwaited, values: [id] };
    return (await this.pool.query<AwaitedShard>(statement)).rows;
  }

  override async beginAnew(epoch: string, reason: string): Promise<void> {
    await new PgShardRegistry(this.pool, this.ids).declareLost(epoch, reason);
  }

  override async anew(): Promise<AnewProgress | null> {
    const [row] = (await this.pool.query<ProgressRow & { epoch: string; ready: boolean }>(anew)).rows;
    return row === undefined ? null : { ...row, relationships: Number(row.relationships) };
  }

  override async expected(): Promise<number> {
    const client = await this.pool.connect();
    try {
      return await this.mapping.expected(new PgExecutor(client));
    } finally {
      client.release();
    }
  }

  override async refused(): Promise<number> {
    const { rows } = await this.pool.query<{ n: number }>('SELECT count(*)::integer AS n FROM projection_refusals');
    return rows[0]?.n ?? 0;
  }
}
