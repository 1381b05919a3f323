import { Database } from '#database';
import { PgOperationCounts } from '#governance/nest';
import { healthOf, watchOperations, watchOutbox, watchProjection, type HealthProbe } from '#observability';
import { DriftLedger, PgOutboxMonitor, PgProjectionMonitor } from '#outbox/nest';
import { Controller, Get, Header, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { watchDrift } from './drift/drift-metrics.ts';

/** A shard that has waited longer is stuck: readiness says so. */
const stuckAfterSeconds = 60;

/** For orchestrators and Prometheus, on a port of its own that only they should reach. */
@Controller()
export class HealthController {
  private readonly probes: readonly HealthProbe[];

  constructor(
    database: Database,
    private readonly registry: Registry,
    ledger: DriftLedger,
  ) {
    const monitor = new PgProjectionMonitor(database);
    collectDefaultMetrics({ register: registry });
    watchProjection(monitor, registry);
    watchOutbox(new PgOutboxMonitor(database), registry);
    watchOperations(new PgOperationCounts(database), registry);
    watchDrift(ledger, registry);
    this.probes = [
      {
        name: 'projection',
        essential: true,
        check: async () => {
          const { status, shards } = await monitor.status();
          const stuck = shards.filter(({ lagSeconds, paused, dead }) => lagSeconds > stuckAfterSeconds || paused !== 'no' || dead > 0);
          const reason =
            status === 'ready' ? stuck.map(({ shard }) => `shard ${shard} needs attention`).join(', ') : `the graph is ${status}`;
          return reason === '' ? { details: { status } } : { degraded: reason, details: { status, shards: stuck } };
        },
      },
    ];
  }

  @Get('healthz')
  alive(): { status: 'ok' } {
    return { status: 'ok' };
  }

  @Get('readyz')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const report = await healthOf(this.probes);
    await reply.status(report.status === 'down' ? 503 : 200).send(report);
  }

  @Get('metrics')
  @Header('content-type', Registry.PROMETHEUS_CONTENT_TYPE)
  metrics(): Promise<string> {
    return this.registry.metrics();
  }
}
