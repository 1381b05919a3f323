import type { Marker } from './marker.ts';

export interface ShardClaim {
  /** The epoch of the graph that PostgreSQL counts as current. */
  readonly epoch: string;
  /** What the shard's last recorded batch left in the graph; null when none was ever recorded. */
  readonly recorded: { readonly epoch: string; readonly seq: bigint } | null;
}

/** Who works on which shard, and which epoch of the graph is current. Leases save work; safety rests on the markers. */
export abstract class ShardRegistry {
  abstract shards(): Promise<readonly number[]>;

  /**
   * Takes the lease if it is free, expired or already this holder's, and no newer projection version ever held the shard.
   * Opens the first epoch of a new deployment. Null: somebody else's.
   */
  abstract claim(shard: number, holder: string): Promise<ShardClaim | null>;

  /**
   * Records a take-over after its marker moved. False when the lease went elsewhere meanwhile. `suspect`: the graph may hold what rows no
   * longer say, so the shard is to be rebuilt, or its rebuild to begin again.
   */
  abstract enter(shard: number, holder: string, marker: Marker, zedToken: string, suspect: boolean): Promise<boolean>;

  /** Extends the holder's leases of these shards. Returns those that are still its own. */
  abstract renew(holder: string, shards: readonly number[]): Promise<readonly number[]>;

  abstract release(holder: string, shard?: number): Promise<void>;

  /** The graph of this epoch is gone or old: opens the next epoch, in which everything is rebuilt. Once, whoever calls first. */
  abstract declareLost(epoch: string, reason: string): Promise<void>;

  abstract pause(shard: number, level: 'grants' | 'all', reason: string): Promise<void>;

  /** True when the epoch is still being rebuilt and every shard has finished its part. */
  abstract awaitsCompletion(epoch: string): Promise<boolean>;

  /** The epoch is complete and written to the graph. */
  abstract complete(epoch: string): Promise<void>;

  /** The current epoch and whether the graph is complete in it. Null before the first claim. */
  abstract state(): Promise<{ readonly epoch: string; readonly ready: boolean } | null>;

  /** Tells the holder of a shard, in whichever process, that there is work. A hint. */
  abstract nudge(shard: number): Promise<void>;
}
