import type { EventOrigin } from './graph-mapping.ts';

/** An event that left the work list with a batch. */
export interface ObservedEvent extends EventOrigin {
  readonly position: bigint;
  readonly type: string;
}

/** A batch that was written and recorded. Moments are those of `performance.now`. */
export interface ObservedBatch {
  readonly shard: number;
  /** Events that left the work list. */
  readonly events: number;
  readonly updates: number;
  readonly startedAt: number;
  /** Null when the graph had everything already. */
  readonly graphWrite: { readonly startedAt: number; readonly endedAt: number } | null;
  /** It is in the graph, and the work list knows. */
  readonly endedAt: number;
  /** Those of the events whose origin is known. */
  readonly finished: readonly ObservedEvent[];
}

/** What operators want to see of the projection. Implementations must not throw. */
export abstract class ProjectionObserver {
  abstract tookOver(shard: number, epoch: string): void;
  abstract applied(batch: ObservedBatch): void;
  /** The shard tries again in `retryInMs`; nothing is lost. */
  abstract failed(shard: number, error: unknown, retryInMs: number): void;
  abstract buried(shard: number, position: bigint, error: unknown): void;
  /** The type, version or payload of an event is not known here: its aggregate was projected whole. */
  abstract projectedWhole(shard: number, event: { position: bigint; type: string; schemaVersion: number }): void;
  abstract rebuilding(shard: number, phase: number): void;
  /** A rebuild could not write this edge and went on without it. */
  abstract refused(shard: number, edge: string, error: unknown): void;
  abstract paused(shard: number, reason: string): void;
  /**
   * The graph holds so many batches of the shard that the database does not know, more than one crash of a worker explains: the last moments before a crash of
   * PostgreSQL, or all since the backup that it was restored from. The shard is rebuilt, in use.
   */
  abstract aheadOfDatabase(shard: number, batches: bigint): void;
}

export class SilentObserver extends ProjectionObserver {
  override tookOver(): void {}
  override applied(): void {}
  override failed(): void {}
  override buried(): void {}
  override projectedWhole(): void {}
  override rebuilding(): void {}
  override refused(): void {}
  override paused(): void {}
  override aheadOfDatabase(): void {}
}
