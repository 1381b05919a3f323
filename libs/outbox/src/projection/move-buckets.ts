import type { BucketMove, ShardMap } from './shard-map.ts';
import { HoldLost, type ShardHolder } from './shard-holder.ts';
import type { ShardRegistry } from './shard-registry.ts';

/** A shard changes hands while it is seized only when its graph is found lost or somebody else moves buckets. */
const attempts = 20;

/** The new map cannot be made valid now: the moved buckets belong to nobody until it is tried again with the same moves. */
export class BucketsNotMoved extends Error {}

export interface MoverPorts {
  readonly map: ShardMap;
  /** Its `claim` takes the lease from whoever has it. */
  readonly registry: ShardRegistry;
  readonly holderOf: (shard: number) => ShardHolder;
}

/**
 * Gives buckets to other shards while workers run. First they belong to nobody; then every marker moves, so that whoever
 * decided by the old map has lost the swap and can write no more; only then do they belong to their new shards. May be
 * called again with the same moves after any crash.
 */
export class BucketMover {
  constructor(private readonly ports: MoverPorts) {}

  /** `begins`: called once it is known that the moves can be made, and before anything is changed. */
  async move(moves: readonly BucketMove[], begins: () => Promise<void> = () => Promise.resolve()): Promise<void> {
    const { map, registry } = this.ports;
    await map.assertPossible(moves);
    await begins();
    const moved = await map.detach(moves);
    if (moved.length === 0) return;
    for (const shard of await registry.shards()) await this.moveMarker(shard);
    // Once more: a shard's newest revision must cover what others wrote of its new buckets until their markers moved.
    const targets = new Set(moved.map(({ shard }) => shard));
    for (const shard of targets) await this.moveMarker(shard);
    await map.attach(moved);
    for (const shard of targets) await registry.nudge(shard);
  }

  private async moveMarker(shard: number): Promise<void> {
    const holder = this.ports.holderOf(shard);
    for (let left = attempts; left > 0; left -= 1) {
      const hold = await holder.takeOver().catch((error: unknown) => {
        if (error instanceof HoldLost) return null;
        throw error;
      });
      if (hold === null) continue;
      await this.ports.registry.release(holder.holder, shard);
      return;
    }
    throw new BucketsNotMoved(`shard ${shard} keeps changing hands`);
  }
}
