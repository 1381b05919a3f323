import type { Json, OperationProgress } from '../domain/operation.ts';
import type { OperationHandler, OperationRun } from './operation-handler.ts';
import type { OperationObserver } from './operation-observer.ts';
import type { ClaimedOperation, OperationOutcome, OperationQueue } from './operation-queue.ts';
import { pause } from './pause.ts';
import { OperationCancelled, OperationWaits } from './run-ends.ts';
import type { RunHold } from './run-hold.ts';
import { RunRecord } from './run-record.ts';
import { gaveUp, verdictOn } from './verdict.ts';

/** How often something unexpected may happen in a row, a crash of the worker included. */
const mostAttempts = 5;
const longestWaitMs = 2_000;

/** How long others have the place of an operation that waits for somebody. */
export const restMs = 5_000;

export const waitBeforeTry = (failures: number): number => Math.min(longestWaitMs, 100 * 2 ** Math.min(failures, 5));

export interface RunParts {
  readonly queue: OperationQueue;
  readonly handler: OperationHandler;
  readonly observer: OperationObserver;
}

/** What the row is to say when a run ends here: how it ended; or that it is free for another worker, at once or after a rest. */
export type RunEnd = OperationOutcome | 'let go' | 'rests';
type Next = RunEnd | 'again';

/** One operation in the hands of this worker, from the claim until its row says how it ended or that it is free again. */
export class ActiveRun {
  private readonly record: RunRecord;
  private attempts: number;
  private failures = 0;

  constructor(
    private readonly parts: RunParts,
    private readonly operation: ClaimedOperation,
    private readonly hold: RunHold,
  ) {
    this.record = new RunRecord(parts.queue, hold, operation);
    this.attempts = operation.attempts;
  }

  end(reason: Error): void {
    this.hold.end(reason);
  }

  tick(urgent: boolean): void {
    this.hold.tick(urgent);
    if (!this.hold.isLost) void this.record.flush().catch(() => undefined); // the next tick tries again
  }

  /** What the row is to say now. Never rejects. */
  async work(): Promise<RunEnd> {
    if (this.operation.cancelRequested) return { state: 'cancelled' };
    if (this.attempts > mostAttempts) return gaveUp(mostAttempts);
    this.parts.observer.began(this.operation, this.attempts);
    for (;;) {
      const next = await this.attempt();
      if (next !== 'again') return next;
    }
  }

  get progress(): { readonly last: OperationProgress; readonly stored: OperationProgress } {
    return { last: this.record.progress, stored: this.record.stored };
  }

  private async attempt(): Promise<Next> {
    try {
      const { id, input } = this.operation;
      const report: OperationRun['report'] = (progress, checkpoint) => this.report(progress, checkpoint);
      const run = { id, input, checkpoint: this.record.checkpoint, signal: this.hold.signal, report };
      return { state: 'succeeded', result: await this.parts.handler.run(run) };
    } catch (error) {
      return this.endedEarly() ?? (await this.afterFailure(error)) ?? this.endedEarly() ?? 'again';
    }
  }

  private async report(progress: OperationProgress, checkpoint?: Json): Promise<void> {
    if (await this.record.tell(progress, checkpoint)) this.failures = 0;
    if (checkpoint !== undefined && !this.hold.isLost) this.attempts = 1;
    this.hold.signal.throwIfAborted();
  }

  private endedEarly(): OperationOutcome | 'let go' | null {
    const { aborted, reason } = this.hold.signal as { aborted: boolean; reason: unknown };
    if (!aborted) return null;
    return reason instanceof OperationCancelled ? { state: 'cancelled' } : 'let go';
  }

  /** Waits a little, unless there is nothing to wait for. */
  private async afterFailure(error: unknown): Promise<RunEnd | null> {
    if (error instanceof OperationWaits) return this.rests(error);
    const verdict = verdictOn(error);
    if (verdict.kind === 'ended') return verdict.outcome;
    const retryInMs = waitBeforeTry(this.failures);
    this.failures += 1;
    if (verdict.kind === 'outage') {
      this.parts.observer.waits(this.operation, error, retryInMs);
      await this.record.tell({ ...this.record.progress, step: `waits: ${verdict.message}` }).catch(() => undefined);
    } else {
      const last = this.attempts >= mostAttempts;
      this.parts.observer.tripped(this.operation, error, last);
      if (last) return gaveUp(mostAttempts);
      await this.countAttempt();
    }
    await pause(retryInMs, this.hold.signal);
    return null;
  }

  private async rests(error: OperationWaits): Promise<RunEnd> {
    this.parts.observer.waits(this.operation, error, restMs);
    await this.record.tell({ ...this.record.progress, step: `waits: ${error.message}` }).catch(() => undefined);
    return this.endedEarly() ?? 'rests';
  }

  private async countAttempt(): Promise<void> {
    this.attempts += 1;
    const counted = (hold: RunHold['hold']) => this.parts.queue.again(hold, this.record.progress);
    await this.hold.tell(counted).catch(() => undefined); // out of reach: it is counted here
  }
}
