import type { AuthorizationProvider } from '#authorization';
import { FailPoints } from '#database';
import type { Pool } from '#database/nest';
import type { IdGenerator } from '#kernel';
import { randomBytes } from 'node:crypto';
import { PgShardMap, SeizingShardRegistry } from './postgres/pg-shard-map.ts';
import { BucketMover } from './projection/move-buckets.ts';
import { ShardHolder } from './projection/shard-holder.ts';
import type { BucketMove } from './projection/shard-map.ts';

export interface MoverParts {
  /** Connections that work across tenants: see `platformPool`. */
  readonly pool: Pool;
  readonly graph: AuthorizationProvider;
  readonly ids: IdGenerator;
}

/**
 * Gives buckets, and with them all tenants in them, to other shards, while workers run. Meanwhile their events wait: a
 * second, as a rule. Throws `InvalidBucketMove`; after any other failure the same call finishes the work. `begins`: see `BucketMover`.
 */
export async function reassignBuckets(
  { pool, graph, ids }: MoverParts,
  moves: readonly BucketMove[],
  begins?: () => Promise<void>,
): Promise<void> {
  const registry = new SeizingShardRegistry(pool, ids);
  const holder = `moving-${randomBytes(8).toString('hex')}`;
  const ports = {
    registry,
    graph,
    ensureSchema: () => Promise.resolve(), // an empty engine is for the workers to fill
    failPoints: FailPoints.none,
    nonce: () => randomBytes(6).toString('hex'),
  };
  const holderOf = (shard: number) => new ShardHolder(shard, holder, ports);
  await new BucketMover({ map: new PgShardMap(pool), registry, holderOf }).move(moves, begins);
}
