import type { Logger } from '#observability';
import { RetentionObserver } from '#outbox/nest';
import { Counter, type Registry } from 'prom-client';

/** Says in logs and metrics what becomes of the cutting of the log. */
export class LoggingRetentionObserver extends RetentionObserver {
  private readonly failures: Counter;

  constructor(
    private readonly logger: Pick<Logger, 'info' | 'error'>,
    registry: Registry,
  ) {
    super();
    this.failures = new Counter({
      name: 'tenantry_log_retention_failures_total',
      help: 'Rounds of cutting the log that failed',
      registers: [registry],
    });
  }

  override dropped(partitions: readonly string[]): void {
    this.logger.info({ partitions }, 'days of the log were dropped: they are older than is to be kept');
  }

  override failed(error: unknown): void {
    this.failures.inc();
    this.logger.error({ err: error }, 'the log could not be cut; it is tried again in ten minutes');
  }
}
