/** What operators want to see of the projection. Implementations must not throw. */
export abstract class ProjectionObserver {
  abstract tookOver(shard: number, epoch: string): void;
  abstract applied(batch: { shard: number; events: number; updates: number; milliseconds: number }): void;
  /** The shard tries again in `retryInMs`; nothing is lost. */
  abstract failed(shard: number, error: unknown, retryInMs: number): void;
  abstract buried(shard: number, position: bigint, error: unknown): void;
  /** The type, version or payload of an event is not known here: its aggregate was projected whole. */
  abstract projectedWhole(shard: number, event: { position: bigint; type: string; schemaVersion: number }): void;
  abstract rebuilding(shard: number, phase: number): void;
  abstract paused(shard: number, reason: string): void;
}

export class SilentObserver extends ProjectionObserver {
  override tookOver(): void {}
  override applied(): void {}
  override failed(): void {}
  override buried(): void {}
  override projectedWhole(): void {}
  override rebuilding(): void {}
  override paused(): void {}
}
