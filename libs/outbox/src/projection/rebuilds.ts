import type { AwaitedShard } from '../standstill.ts';

/** How far a rebuild of the graph that is in use is, all shards together. */
export interface LiveProgress {
  /** `gone`: it was called off, or a graph that was lost meanwhile is made anew. A shard that was found suspect meanwhile rebuilds itself, and counts. */
  readonly state: 'under_way' | 'done' | 'gone';
  /** Relationships written so far. */
  readonly relationships: number;
  readonly shardsDone: number;
  readonly shards: number;
  /** Of the shard that is furthest behind. 0: looking for what is to go. */
  readonly phase: number;
}

/** How far the graph that is being made anew is. */
export interface AnewProgress extends Omit<LiveProgress, 'state'> {
  readonly epoch: string;
  readonly ready: boolean;
}

/** Asks the holders of all shards for a rebuild, and sees how far they are: what is done and what is next is theirs to record. */
export abstract class Rebuilds {
  /**
   * Of the graph that is in use: it keeps its epoch, and is believed throughout. Idempotent by `id`. False, and nothing changed: the graph
   * is not whole, and is being made anew already, or a shard that was found suspect rebuilds itself.
   */
  abstract begin(id: string): Promise<boolean>;

  /** What is written stays, and is right; nothing more comes. */
  abstract callOff(id: string): Promise<void>;

  abstract live(id: string): Promise<LiveProgress>;

  /** The shards that are not yet done with this rebuild; null: with making the epoch anew. */
  abstract awaited(id: string | null): Promise<readonly AwaitedShard[]>;

  /** Makes the graph of this epoch anew, in the next epoch. Idempotent: nothing happens when the epoch is another by now. */
  abstract beginAnew(epoch: string, reason: string): Promise<void>;

  /** Null before the first start of a worker. */
  abstract anew(): Promise<AnewProgress | null>;

  /** About how many relationships a rebuild will write. */
  abstract expected(): Promise<number>;

  /** Edges that the last rebuild had to leave out, because the engine refuses what they say. */
  abstract refused(): Promise<number>;
}
