import type { OperationState } from '#governance';
import { OperationObserver, type ObservedOperation } from '#governance/nest';
import { describeError, type Logger } from '#observability';

/** Says in the log what becomes of operations. What one waits for is logged once, not every second. */
export class LoggingOperationObserver extends OperationObserver {
  private readonly waiting = new Map<string, string>();
  private outOfReach: string | null = null;

  constructor(private readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>) {
    super();
  }

  override began({ id, kind }: ObservedOperation, attempt: number): void {
    this.outOfReach = null;
    if (this.waiting.has(id)) return; // it looks every few seconds whether it may go on
    this.logger.info({ operation: id, kind, attempt }, 'an operation was begun');
  }

  override ended({ id, kind }: ObservedOperation, state: OperationState): void {
    this.waiting.delete(id);
    this.logger.info({ operation: id, kind, state }, 'an operation ended');
  }

  override waits({ id, kind }: ObservedOperation, error: unknown, retryInMs: number): void {
    const { message } = describeError(error);
    if (this.waiting.get(id) === message) return;
    this.waiting.set(id, message);
    this.logger.warn({ operation: id, kind, err: error, retryInMs }, 'an operation waits and tries again');
  }

  override tripped({ id, kind }: ObservedOperation, error: unknown, last: boolean): void {
    const what = last ? 'an operation failed: it tripped too often' : 'an operation tripped and is tried again';
    this.logger.error({ operation: id, kind, err: error }, what);
  }

  override lost({ id, kind }: ObservedOperation): void {
    this.waiting.delete(id);
    this.logger.warn({ operation: id, kind }, 'an operation was lost to another worker');
  }

  override gaveBack({ id, kind }: ObservedOperation): void {
    this.waiting.delete(id);
    this.logger.info({ operation: id, kind }, 'an operation was let go; another worker goes on');
  }

  override unreachable(error: unknown): void {
    const { message } = describeError(error);
    if (this.outOfReach === message) return;
    this.outOfReach = message;
    this.logger.warn({ err: error }, 'operations cannot be looked for');
  }
}
