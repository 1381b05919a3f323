import { BatchMetrics, describeError, traceBatch, type Logger, type Tracer } from '#observability';
import type { ObservedBatch } from '#outbox';
import { ProjectionObserver } from '#outbox/nest';
import { Counter, type Registry } from 'prom-client';

/** Says in logs, metrics and traces what the projection does. Failures of an outage are logged once, not ten times a second. */
export class LoggingObserver extends ProjectionObserver {
  private readonly batches: BatchMetrics;
  private readonly retries: Counter;
  private readonly deaths: Counter;
  private readonly unknown: Counter;
  private readonly refusals: Counter;
  private readonly failing = new Map<number, string>();

  constructor(
    private readonly logger: Logger,
    registry: Registry,
    private readonly tracer?: Tracer,
  ) {
    super();
    this.batches = new BatchMetrics(registry);
    const shared = { labelNames: ['shard'], registers: [registry] };
    this.retries = new Counter({ name: 'tenantry_projection_retries_total', help: 'Turns that failed and were tried again', ...shared });
    this.deaths = new Counter({ name: 'tenantry_projection_dead_total', help: 'Events set aside', ...shared });
    this.refusals = new Counter({
      name: 'tenantry_projection_refused_edges_total',
      help: 'Relationships that a rebuild left out because SpiceDB refuses them',
      ...shared,
    });
    this.unknown = new Counter({
      name: 'tenantry_projection_unknown_events_total',
      help: 'Events of an unknown type or payload, whose aggregate was projected whole',
      ...shared,
    });
  }

  override tookOver(shard: number, epoch: string): void {
    this.recovered(shard);
    this.logger.info({ shard, epoch }, 'took over a shard');
  }

  override applied(batch: ObservedBatch): void {
    this.recovered(batch.shard);
    this.batches.applied(batch);
    if (this.tracer !== undefined) traceBatch(this.tracer, batch);
  }

  override failed(shard: number, error: unknown, retryInMs: number): void {
    this.retries.inc({ shard: String(shard) });
    const { message } = describeError(error);
    if (this.failing.get(shard) === message) return;
    this.failing.set(shard, message);
    this.logger.warn({ shard, err: error, retryInMs }, 'the projection waits and tries again');
  }

  override buried(shard: number, position: bigint, error: unknown): void {
    this.deaths.inc({ shard: String(shard) });
    this.logger.error({ shard, position: String(position), err: error }, 'an event was set aside: SpiceDB refuses what it says');
  }

  override projectedWhole(shard: number, event: { position: bigint; type: string; schemaVersion: number }): void {
    this.unknown.inc({ shard: String(shard) });
    const { type, schemaVersion } = event;
    this.logger.warn(
      { shard, position: String(event.position), type, schemaVersion },
      'an unknown event: its aggregate was projected whole',
    );
  }

  override rebuilding(shard: number, phase: number): void {
    this.logger.debug({ shard, phase }, 'rebuilding');
  }

  override refused(shard: number, edge: string, error: unknown): void {
    this.refusals.inc({ shard: String(shard) });
    this.logger.error({ shard, edge, err: error }, 'a rebuild left an edge out: SpiceDB refuses what it says');
  }

  override aheadOfDatabase(shard: number, batches: bigint): void {
    this.logger.error(
      { shard, batches: String(batches) },
      'the graph is ahead of the database: PostgreSQL crashed, or was restored from a backup; the shard is rebuilt in use',
    );
  }

  override paused(shard: number, reason: string): void {
    this.logger.error({ shard, reason }, 'grants of this shard are paused');
  }

  private recovered(shard: number): void {
    if (this.failing.delete(shard)) this.logger.info({ shard }, 'the projection works again');
  }
}
