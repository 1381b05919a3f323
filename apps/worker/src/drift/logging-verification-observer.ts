import type { Logger } from '#observability';
import type { Finding } from '#outbox';
import { VerificationObserver } from '#outbox/nest';
import { Counter, type Registry } from 'prom-client';

/** Says in logs and metrics what continuous verification does. */
export class LoggingVerificationObserver extends VerificationObserver {
  private readonly tenants: Counter;

  constructor(
    private readonly logger: Logger,
    registry: Registry,
  ) {
    super();
    this.tenants = new Counter({
      name: 'tenantry_verified_tenants_total',
      help: 'Tenants whose graph was compared with their rows',
      registers: [registry],
    });
  }

  override verified(tenants: number): void {
    this.tenants.inc(tenants);
  }

  override found(findings: readonly Finding[]): void {
    for (const finding of findings.slice(0, 20)) this.logger.error(finding, 'drift: a relationship is not as the rows say');
    if (findings.length > 20) this.logger.error({ more: findings.length - 20 }, 'drift: and more, see the audit trail');
  }

  override failed(error: unknown): void {
    this.logger.warn({ err: error }, 'a tenant could not be verified; it is tried again');
  }
}
