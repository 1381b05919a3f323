import { leaseMs, type Hold, type OperationQueue } from './operation-queue.ts';
import { OperationCancelled, OperationLost } from './run-ends.ts';

const renewEveryMs = 3_000;

/** What a worker knows about its right to an operation. Time is monotonic, and goes on while the process is stopped. */
export class RunHold {
  private readonly controller = new AbortController();
  private heldUntil = performance.now() + leaseMs;
  private renewedAt = performance.now();
  private renewing = false;

  constructor(
    private readonly queue: OperationQueue,
    readonly hold: Hold,
  ) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isLost(): boolean {
    return this.signal.reason instanceof OperationLost;
  }

  /** The first reason counts, unless the operation was lost: whoever lost it has nothing more to say. */
  end(reason: Error): void {
    this.controller.abort(reason);
  }

  /** Called every second, and `urgent` when somebody may have cancelled. */
  tick(urgent: boolean): void {
    const now = performance.now();
    if (now >= this.heldUntil) this.end(new OperationLost());
    if (!this.isLost && !this.renewing && (urgent || now - this.renewedAt >= renewEveryMs)) void this.renew();
  }

  /** Runs a statement about the operation. Null says that it is no longer ours. */
  async tell<Answer>(statement: (hold: Hold) => Promise<Answer | null>): Promise<Answer | null> {
    const sentAt = performance.now();
    const answer = await statement(this.hold);
    if (answer === null) this.end(new OperationLost());
    else [this.renewedAt, this.heldUntil] = [sentAt, sentAt + leaseMs];
    return answer;
  }

  /** As the row says. */
  heard(row: { readonly cancelRequested: boolean } | null): void {
    if (row?.cancelRequested === true) this.end(new OperationCancelled());
  }

  /** One that fails is tried again with the next tick; when none gets through for a lease, the operation counts as lost. */
  private async renew(): Promise<void> {
    this.renewing = true;
    try {
      this.heard(await this.tell((hold) => this.queue.renew(hold)));
    } catch {
      return;
    } finally {
      this.renewing = false;
    }
  }
}
