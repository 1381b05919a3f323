import { platformBucket } from '#database';
import type { IdGenerator } from '#kernel';
import type { Pool } from 'pg';
import { InvalidBucketMove, ShardMap, type BucketMove } from '../projection/shard-map.ts';
import type { ShardClaim } from '../projection/shard-registry.ts';
import { ownRebuild } from './pg-rebuilds.ts';
import { PgShardRegistry } from './pg-shard-registry.ts';

const wanted = 'unnest($1::smallint[], $2::smallint[]) AS wanted (bucket, shard)';

/** Moves that cannot be: a bucket or shard that does not exist, or the platform's. */
const findInvalid = {
  name: 'invalid_bucket_moves',
  text: `SELECT wanted.bucket, wanted.shard FROM ${wanted}
    WHERE wanted.bucket = ${platformBucket}
      OR NOT EXISTS (SELECT FROM projection_buckets b WHERE b.bucket = wanted.bucket)
      OR NOT EXISTS (SELECT FROM projection_shards s WHERE s.shard = wanted.shard)
      OR wanted.shard = (SELECT b.shard FROM projection_buckets b WHERE b.bucket = ${platformBucket})`,
};

const findSuspect = { name: 'suspect_shards', text: `SELECT shard FROM projection_shards WHERE ${ownRebuild} ORDER BY shard` };

const detach = {
  name: 'detach_buckets',
  text: `UPDATE projection_buckets b SET shard = NULL FROM ${wanted}
    WHERE b.bucket = wanted.bucket AND b.shard IS DISTINCT FROM wanted.shard RETURNING b.bucket, wanted.shard`,
};

/**
 * The lock keeps a new epoch from beginning until this is committed: its rebuild sees either all of it or nothing. Whoever
 * rebuilds a shard that starts over loses it: the step under way would record that it is further.
 */
const attach = {
  name: 'attach_buckets',
  text: `WITH state AS MATERIALIZED (SELECT status FROM projection_state FOR UPDATE),
    started_over AS (
      UPDATE projection_shards s SET holder = NULL, lease_until = NULL, rebuild_phase = 0, rebuild_cursor = NULL, rebuild_done = 0,
        rebuilt_epoch = CASE WHEN state.status = 'ready' THEN s.rebuilt_epoch END, live_rebuilt = NULL
      FROM state
      WHERE s.shard = ANY ($2::smallint[]) AND (state.status <> 'ready'
        OR EXISTS (SELECT FROM projection_shards o WHERE o.live_rebuild = s.live_rebuild AND o.live_rebuild IS DISTINCT FROM o.live_rebuilt)))
    UPDATE projection_buckets b SET shard = wanted.shard FROM ${wanted}
    WHERE b.bucket = wanted.bucket AND b.shard IS NULL AND (SELECT count(*) FROM state) >= 0`,
};

const columns = (moves: readonly BucketMove[]) => [moves.map(({ bucket }) => bucket), moves.map(({ shard }) => shard)];

export class PgShardMap extends ShardMap {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async assertPossible(moves: readonly BucketMove[]): Promise<void> {
    const { rows: invalid } = await this.pool.query<BucketMove>({ ...findInvalid, values: columns(moves) });
    if (invalid.length > 0) {
      throw new InvalidBucketMove(invalid.map(({ bucket, shard }) => `bucket ${bucket} cannot move to shard ${shard}`).join('; '));
    }
    const { rows: suspect } = await this.pool.query<{ shard: number }>(findSuspect);
    if (suspect.length > 0) {
      // What is taken from it now nobody would compare with the rows.
      const shards = suspect.map(({ shard }) => shard).join(', ');
      throw new InvalidBucketMove(`shard ${shards} was found suspect and is being made right: buckets can move when that is done`);
    }
  }

  override async detach(moves: readonly BucketMove[]): Promise<readonly BucketMove[]> {
    return (await this.pool.query<BucketMove>({ ...detach, values: columns(moves) })).rows;
  }

  override async attach(moves: readonly BucketMove[]): Promise<void> {
    await this.pool.query({ ...attach, values: columns(moves) });
  }
}

/** Takes leases instead of waiting for them: for what must get every marker moved. Its holder finds out with its next batch. */
export class SeizingShardRegistry extends PgShardRegistry {
  constructor(
    private readonly connections: Pool,
    ids: IdGenerator,
  ) {
    super(connections, ids);
  }

  override async claim(shard: number, holder: string): Promise<ShardClaim | null> {
    await this.connections.query('UPDATE projection_shards SET holder = $2 WHERE shard = $1', [shard, holder]);
    return super.claim(shard, holder);
  }
}
