import { ExecutionContext, type Clock, type IdGenerator } from '#kernel';
import { LogBusy, LogStillNeeded } from './errors.ts';
import type { PurgeLog } from './purge-log.ts';

/** What operators want to see of it. Implementations must not throw. */
export abstract class RetentionObserver {
  abstract dropped(partitions: readonly string[]): void;
  /** The next round tries again. */
  abstract failed(error: unknown): void;
}

const dayMs = 86_400_000;

/** Drops what is older than so many days, again and again. What is still needed, or in use, stays until another round. */
export class LogRetention {
  constructor(
    private readonly purge: PurgeLog,
    private readonly clock: Clock,
    private readonly ids: IdGenerator,
    private readonly days: number,
  ) {}

  /** One round, for whoever has nobody to tell of it. */
  async round(observer: RetentionObserver): Promise<void> {
    try {
      const dropped = await this.run();
      if (dropped.length > 0) observer.dropped(dropped);
    } catch (error) {
      observer.failed(error);
    }
  }

  /** Returns the partitions that went. */
  async run(): Promise<readonly string[]> {
    const context = new ExecutionContext({ kind: 'system', id: 'log-retention' }, this.ids.next());
    const before = new Date(this.clock.now().getTime() - this.days * dayMs).toISOString().slice(0, 10);
    try {
      return (await this.purge.run(context, before)).dropped.map(({ name }) => name);
    } catch (error) {
      if (error instanceof LogStillNeeded || error instanceof LogBusy) return [];
      throw error;
    }
  }
}
