export interface BucketMove {
  readonly bucket: number;
  readonly shard: number;
}

/** No such shard, or a bucket that stays where it is: that of the platform has a shard to itself. */
export class InvalidBucketMove extends Error {}

/** Which shard a bucket belongs to. Workers read it in the snapshot of every batch. */
export abstract class ShardMap {
  /** Throws `InvalidBucketMove` for buckets and shards that are not there, or the platform's. */
  abstract assertPossible(moves: readonly BucketMove[]): Promise<void>;

  /** Takes from their shards the buckets that are to be elsewhere, and returns those that belong to nobody now and have a place to go. */
  abstract detach(moves: readonly BucketMove[]): Promise<readonly BucketMove[]>;

  /** Gives them to their new shards, which start over when the graph is being rebuilt: what they passed lacks these buckets. */
  abstract attach(moves: readonly BucketMove[]): Promise<void>;
}
