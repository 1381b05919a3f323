import type { BatchPlan } from './plan-batch.ts';
import type { ShardHolder } from './shard-holder.ts';
import type { AppliedBatch } from './work-list.ts';

/** `more`: the turn's time was up. `waiting`: what is left must wait for something else. `elsewhere`: not our shard. `stopped`: an operator said so. */
export type TurnResult = 'idle' | 'more' | 'waiting' | 'elsewhere' | 'stopped';

/** What a rebuild needs of the drain that it is a step of: the shard, and the one way to write behind its marker. */
export interface MarkedWriter {
  readonly holder: ShardHolder;
  /** As many as the engine takes quickly now: a removal waits for one such call. */
  readonly updatesPerCall: number;
  /** One call to the engine with the marker, then one statement of bookkeeping. */
  writeAndRecord(plan: BatchPlan, rebuild?: AppliedBatch['rebuild']): Promise<void>;
}
