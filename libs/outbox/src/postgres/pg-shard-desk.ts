import { executorOf, type Database } from '#database';
import { platformScope, type Transaction } from '#kernel';
import { ShardPauses, type PauseState } from '../desk/pause-shard.ts';
import type { BucketPlace } from '../desk/plan-reshard.ts';
import { ShardPlan } from '../desk/reshard.ts';

const pause = {
  name: 'pause_shard',
  text: `WITH before AS MATERIALIZED (SELECT shard, paused, pause_reason FROM projection_shards WHERE shard = $1::integer FOR UPDATE)
    UPDATE projection_shards s SET paused = $2, pause_reason = $3 FROM before WHERE s.shard = before.shard
    RETURNING before.paused, before.pause_reason AS reason`,
};

export class PgShardPauses extends ShardPauses {
  override async set(tx: Transaction, shard: number, { paused, reason }: PauseState): Promise<PauseState | null> {
    return (await executorOf(tx).query<PauseState>(pause.text, [shard, paused, reason], pause.name)).rows[0] ?? null;
  }
}

/** The lock keeps a new epoch from beginning until this is committed: it either rebuilds the new shards or finds them complete. */
const ensure = {
  name: 'ensure_shards',
  text: `WITH state AS MATERIALIZED (SELECT epoch, status FROM projection_state FOR UPDATE)
    INSERT INTO projection_shards (shard, epoch, rebuilt_epoch)
    SELECT wanted, NULL, (SELECT epoch FROM state WHERE status = 'ready') FROM unnest($1::smallint[]) AS wanted
    ON CONFLICT (shard) DO NOTHING`,
};

export class PgShardPlan extends ShardPlan {
  constructor(private readonly database: Database) {
    super();
  }

  override async map(): Promise<readonly BucketPlace[]> {
    return this.database.read<BucketPlace>(platformScope, {
      name: 'bucket_map',
      text: 'SELECT bucket, shard FROM projection_buckets ORDER BY bucket',
    });
  }

  override async ensure(shards: readonly number[]): Promise<void> {
    await this.database.read(platformScope, { ...ensure, values: [shards] });
  }
}
