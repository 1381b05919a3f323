import { EngineCallObserver } from '#authorization';
import { Database } from '#database';
import { PgOperationCounts } from '#governance/nest';
import { HttpMetrics, watchOperations, watchOutbox, watchProjection } from '#observability';
import { ProjectionMonitor } from '#outbox';
import { PgOutboxMonitor } from '#outbox/nest';
import { Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Registry, collectDefaultMetrics } from 'prom-client';
import { GraphCallCount } from './graph-call-count.ts';

function newRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

@Global()
@Module({
  providers: [
    { provide: Registry, useFactory: newRegistry },
    { provide: HttpMetrics, inject: [Registry], useFactory: (registry: Registry) => new HttpMetrics(registry) },
    { provide: GraphCallCount, inject: [Registry], useFactory: (registry: Registry) => new GraphCallCount(registry) },
    { provide: EngineCallObserver, useExisting: GraphCallCount },
  ],
  exports: [Registry, HttpMetrics, GraphCallCount, EngineCallObserver],
})
export class ObservationModule implements OnApplicationBootstrap {
  constructor(
    private readonly registry: Registry,
    private readonly monitor: ProjectionMonitor,
    private readonly database: Database,
  ) {}

  onApplicationBootstrap(): void {
    watchProjection(this.monitor, this.registry);
    watchOutbox(new PgOutboxMonitor(this.database), this.registry);
    watchOperations(new PgOperationCounts(this.database), this.registry);
  }
}
