import { projectionVersion } from '#database/nest';
import type { IdGenerator } from '#kernel';
import type { Pool } from 'pg';
import { formatMarker, type Marker } from '../projection/marker.ts';
import { ShardRegistry, type ShardClaim } from '../projection/shard-registry.ts';
import { channels } from './channels.ts';
import { notify } from './notify.ts';

/** Long enough to outlive a stalled event loop, short enough that work of a dead process goes on soon. */
const leaseSeconds = 5;

const claim = {
  name: 'claim_shard',
  text: `UPDATE projection_shards s SET holder = $2, lease_until = now() + make_interval(secs => ${leaseSeconds}), projection_version = ${projectionVersion}
    FROM projection_state state
    WHERE s.shard = $1 AND s.projection_version <= ${projectionVersion} AND (s.holder IS NULL OR s.holder = $2 OR s.lease_until < now())
    RETURNING state.epoch, s.epoch AS recorded_epoch, s.seq`,
};

/**
 * A new epoch ends a rebuild of the graph that was in use. In the same epoch a suspect shard begins one of its own, named after the marker,
 * also in place of one that was asked for: that can be called off, and what makes a shard suspect cannot.
 */
const startsOver = 'epoch IS DISTINCT FROM $3 OR $7::boolean';
const enter = {
  name: 'enter_shard',
  text: `WITH held AS (
      UPDATE projection_shards s SET
        rebuild_phase = CASE WHEN ${startsOver} THEN 0 ELSE rebuild_phase END,
        rebuild_cursor = CASE WHEN ${startsOver} THEN NULL ELSE rebuild_cursor END,
        rebuild_done = CASE WHEN ${startsOver} THEN 0 ELSE rebuild_done END,
        live_rebuild = CASE WHEN epoch IS DISTINCT FROM $3 THEN NULL
          WHEN $7::boolean AND rebuilt_epoch = epoch THEN $5 ELSE live_rebuild END,
        live_rebuilt = CASE WHEN epoch IS DISTINCT FROM $3 THEN NULL ELSE live_rebuilt END,
        epoch = $3, seq = $4, marker = $5
      WHERE shard = $1 AND holder = $2 RETURNING shard)
    INSERT INTO outbox_batches (shard, epoch, seq, marker, zed_token, events, updates, revoked_tenants)
    SELECT shard, $3, $4, $5, $6, 0, 0, '{}' FROM held
    ON CONFLICT (shard, epoch, seq) DO NOTHING
    RETURNING shard`,
};

const renew = {
  name: 'renew_leases',
  text: `UPDATE projection_shards SET lease_until = now() + make_interval(secs => ${leaseSeconds}) WHERE holder = $1 AND shard = ANY ($2::smallint[]) RETURNING shard`,
};

const openEpoch = {
  name: 'open_first_epoch',
  text: `INSERT INTO projection_state (epoch, status, reason, since) VALUES ($1, 'rebuilding', 'first start', now()) ON CONFLICT DO NOTHING`,
};

const declareLost = {
  name: 'open_next_epoch',
  text: `WITH opened AS (
      UPDATE projection_state SET epoch = $2, status = 'rebuilding', reason = $3, since = now() WHERE epoch = $1 RETURNING epoch)
    SELECT pg_notify($4, epoch) FROM opened`,
};

export class PgShardRegistry extends ShardRegistry {
  constructor(
    private readonly pool: Pool,
    private readonly ids: IdGenerator,
  ) {
    super();
  }

  override async shards(): Promise<readonly number[]> {
    const { rows } = await this.pool.query<{ shard: number }>('SELECT shard FROM projection_shards ORDER BY shard');
    return rows.map(({ shard }) => shard);
  }

  override async claim(shard: number, holder: string): Promise<ShardClaim | null> {
    await this.pool.query({ ...openEpoch, values: [this.ids.next()] });
    const { rows } = await this.pool.query<{ epoch: string; recorded_epoch: string | null; seq: string }>({
      ...claim,
      values: [shard, holder],
    });
    const row = rows[0];
    if (row === undefined) return null;
    return {
      epoch: row.epoch,
      recorded: row.recorded_epoch === null ? null : { epoch: row.recorded_epoch, seq: BigInt(row.seq) },
    };
  }

  override async enter(shard: number, holder: string, marker: Marker, zedToken: string, suspect: boolean): Promise<boolean> {
    const values = [shard, holder, marker.epoch, marker.seq, formatMarker(marker), zedToken, suspect];
    return (await this.pool.query({ ...enter, values })).rows.length > 0;
  }

  override async renew(holder: string, shards: readonly number[]): Promise<readonly number[]> {
    const { rows } = await this.pool.query<{ shard: number }>({ ...renew, values: [holder, shards] });
    return rows.map(({ shard }) => shard);
  }

  override async release(holder: string, shard?: number): Promise<void> {
    await this.pool.query(
      'UPDATE projection_shards SET holder = NULL, lease_until = NULL WHERE holder = $1 AND ($2::smallint IS NULL OR shard = $2)',
      [holder, shard ?? null],
    );
  }

  override async declareLost(epoch: string, reason: string): Promise<void> {
    await this.pool.query({ ...declareLost, values: [epoch, this.ids.next(), reason, channels.epoch] });
  }

  override async pause(shard: number, level: 'grants' | 'all', reason: string): Promise<void> {
    await this.pool.query("UPDATE projection_shards SET paused = $2, pause_reason = $3 WHERE shard = $1 AND paused <> 'all'", [
      shard,
      level,
      reason,
    ]);
  }

  override async awaitsCompletion(epoch: string): Promise<boolean> {
    const { rows } = await this.pool.query(
      `SELECT FROM projection_state WHERE epoch = $1 AND status = 'rebuilding'
        AND NOT EXISTS (SELECT FROM projection_shards WHERE rebuilt_epoch IS DISTINCT FROM $1)
        AND NOT EXISTS (SELECT FROM projection_buckets WHERE shard IS NULL)`,
      [epoch],
    );
    return rows.length > 0;
  }

  override async complete(epoch: string): Promise<void> {
    await this.pool.query("UPDATE projection_state SET status = 'ready', since = now() WHERE epoch = $1 AND status = 'rebuilding'", [
      epoch,
    ]);
  }

  override async state(): Promise<{ epoch: string; ready: boolean } | null> {
    const { rows } = await this.pool.query<{ epoch: string; ready: boolean }>(
      "SELECT epoch, status = 'ready' AS ready FROM projection_state",
    );
    return rows[0] ?? null;
  }

  override async nudge(shard: number): Promise<void> {
    await this.pool.query({ ...notify, values: [channels.wake, String(shard)] });
  }
}
