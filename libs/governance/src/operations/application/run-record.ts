import type { Json, OperationProgress } from '../domain/operation.ts';
import type { ClaimedOperation, OperationQueue } from './operation-queue.ts';
import type { RunHold } from './run-hold.ts';

const progressEveryMs = 500;

/** How far an operation is, here and in its row. */
export class RunRecord {
  checkpoint: Json;
  /** As it was last told; the row may be half a second behind. */
  progress: OperationProgress;
  /** As it is in the row. */
  stored: OperationProgress;
  private storedAt = -progressEveryMs;

  constructor(
    private readonly queue: OperationQueue,
    private readonly hold: RunHold,
    operation: ClaimedOperation,
  ) {
    this.checkpoint = operation.checkpoint;
    this.progress = this.stored = operation.progress;
  }

  /** Progress alone waits for its turn; a checkpoint never does. True when it was written. */
  async tell(progress: OperationProgress, checkpoint?: Json): Promise<boolean> {
    this.progress = progress;
    if (checkpoint === undefined && performance.now() - this.storedAt < progressEveryMs) return false;
    await this.store(progress, checkpoint);
    return true;
  }

  /** What waited for its turn. */
  async flush(): Promise<void> {
    if (this.progress !== this.stored && performance.now() - this.storedAt >= progressEveryMs) await this.store(this.progress);
  }

  private async store(progress: OperationProgress, checkpoint?: Json): Promise<void> {
    this.storedAt = performance.now();
    const row = await this.hold.tell((hold) => this.queue.report(hold, progress, checkpoint));
    if (row === null) return;
    this.stored = progress;
    if (checkpoint !== undefined) this.checkpoint = checkpoint;
    this.hold.heard(row);
  }
}
