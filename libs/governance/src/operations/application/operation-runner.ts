import type { IdGenerator } from '#kernel';
import type { OperationId } from '../domain/operation.ts';
import { ActiveRun } from './active-run.ts';
import type { OperationHandler } from './operation-handler.ts';
import type { OperationObserver } from './operation-observer.ts';
import type { OperationQueue } from './operation-queue.ts';
import { pause } from './pause.ts';
import { WorkerStops } from './run-ends.ts';
import { RunHold } from './run-hold.ts';
import { settleRun } from './settle-run.ts';

/** Operations of one process at the same time: long work must leave room for what people wait for. */
const mostAtOnce = 2;
const lookEveryMs = 1_000;
/** What a run may take to end when its worker stops. Less than a lease: nobody else has it meanwhile. */
const graceMs = 8_000;

/** Does operations, for those kinds that it has a handler for. Any number of processes may do so. */
export class OperationRunner {
  private readonly handlers: ReadonlyMap<string, OperationHandler>;
  private readonly active = new Map<OperationId, { readonly run: ActiveRun; readonly done: Promise<void> }>();
  private readonly gone = new AbortController();
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> | null = null;
  /** Called while it was looking: what it was called for may be younger than what it saw. */
  private calledMeanwhile = false;
  private stopping = false;

  /** Throws when two handlers are of one kind. */
  constructor(
    private readonly queue: OperationQueue,
    handlers: readonly OperationHandler[],
    private readonly observer: OperationObserver,
    private readonly ids: IdGenerator,
  ) {
    this.handlers = new Map(handlers.map((handler) => [handler.kind, handler]));
    if (this.handlers.size < handlers.length) throw new Error('two handlers do the same kind of operation');
  }

  start(): void {
    this.timer = setInterval(() => this.tick(false), lookEveryMs);
    this.tick(false);
  }

  /** Something was asked for or cancelled: looks at once. */
  hint(): void {
    this.tick(true);
  }

  /** Lets everything go for other workers. Resolves when they may have it, or after the grace. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.looking;
    for (const { run } of this.active.values()) run.end(new WorkerStops());
    await Promise.race([Promise.all([...this.active.values()].map(({ done }) => done)), pause(graceMs)]);
    this.gone.abort();
    if (this.timer !== null) clearInterval(this.timer);
  }

  private tick(urgent: boolean): void {
    for (const { run } of this.active.values()) run.tick(urgent);
    this.look();
  }

  private look(): void {
    if (this.stopping || this.handlers.size === 0) return;
    this.calledMeanwhile = this.looking !== null;
    this.looking ??= this.takeWhatIsThere()
      .catch((error: unknown) => this.observer.unreachable(error))
      .finally(() => {
        this.looking = null;
        if (this.calledMeanwhile) this.look();
      });
  }

  private async takeWhatIsThere(): Promise<void> {
    while (!this.stopping && this.active.size < mostAtOnce) {
      const runner = this.ids.next<string>();
      const operation = await this.queue.claim(runner, [...this.handlers.keys()], [...this.active.keys()]);
      if (operation === null) return;
      const handler = this.handlers.get(operation.kind) as OperationHandler;
      const hold = new RunHold(this.queue, { runner, id: operation.id });
      const run = new ActiveRun({ queue: this.queue, handler, observer: this.observer }, operation, hold);
      const done = run
        .work()
        .then((end) => settleRun({ queue: this.queue, observer: this.observer }, operation, hold.hold, run, end, this.gone.signal))
        .finally(() => this.finished(operation.id));
      this.active.set(operation.id, { run, done });
    }
  }

  private finished(id: OperationId): void {
    this.active.delete(id);
    this.look();
  }
}
