import { InMemoryGovernance } from '#governance/testing';
import { platformScope } from '#kernel';
import { actingProduct, contextOf } from '#kernel/testing';
import { OperationHandler, type OperationRun } from '../application/operation-handler.ts';
import { OperationObserver, type ObservedOperation } from '../application/operation-observer.ts';
import { OperationRunner } from '../application/operation-runner.ts';
import type { JsonObject, OperationId } from '../domain/operation.ts';

/** Does what a test says. */
export class HandlerOf extends OperationHandler {
  constructor(
    override readonly kind: string,
    private readonly work: (run: OperationRun) => Promise<JsonObject>,
  ) {
    super();
  }

  override run(run: OperationRun): Promise<JsonObject> {
    return this.work(run);
  }
}

/** Remembers what it was told, in words. */
export class RememberingObserver extends OperationObserver {
  readonly told: string[] = [];
  readonly errors: unknown[] = [];

  override began(_: ObservedOperation, attempt: number): void {
    this.told.push(`began ${attempt}`);
  }
  override ended(_: ObservedOperation, state: string): void {
    this.told.push(state);
  }
  override waits(_: ObservedOperation, error: unknown): void {
    this.told.push('waits');
    this.errors.push(error);
  }
  override tripped(_: ObservedOperation, error: unknown, last: boolean): void {
    this.told.push(last ? 'tripped for the last time' : 'tripped');
    this.errors.push(error);
  }
  override lost(): void {
    this.told.push('lost');
  }
  override gaveBack(): void {
    this.told.push('gave back');
  }
  override unreachable(error: unknown): void {
    this.told.push('unreachable');
    this.errors.push(error);
  }
}

/** Workers over operations in memory. */
export class RunnerStage extends InMemoryGovernance {
  readonly observer = new RememberingObserver();
  private readonly runners: OperationRunner[] = [];

  worker(work: (run: OperationRun) => Promise<JsonObject>, kind = 'count'): OperationRunner {
    const runner = new OperationRunner(this.queue, [new HandlerOf(kind, work)], this.observer, this.ids);
    this.runners.push(runner);
    runner.start();
    return runner;
  }

  async asked(kind = 'count', input: JsonObject = {}): Promise<OperationId> {
    const context = contextOf(actingProduct);
    const request = { kind, tenantId: null, input };
    return (await this.unitOfWork.run(context, platformScope, (tx) => this.operations.request(tx, context, request))).id;
  }

  async cancelled(id: OperationId): Promise<void> {
    await this.unitOfWork.run(contextOf(actingProduct), platformScope, async (tx) => {
      const operation = await this.repository.lock(tx, id);
      operation?.cancel();
      if (operation) await this.repository.update(tx, operation, this.clock.now());
    });
  }

  async stop(): Promise<void> {
    await Promise.all(this.runners.map((runner) => runner.stop()));
  }
}

/** Ends when it is told to, as handlers do. */
export const untilToldToEnd = ({ signal }: OperationRun): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
