import { describeError, type Logger } from '#observability';
import { ProjectionObserver } from '#outbox/nest';
import { Counter, Histogram, type Registry } from 'prom-client';

/** Says in logs and metrics what the projection does. Failures of an outage are logged once, not ten times a second. */
export class LoggingObserver extends ProjectionObserver {
  private readonly batches: Histogram;
  private readonly events: Counter;
  private readonly updates: Counter;
  private readonly retries: Counter;
  private readonly deaths: Counter;
  private readonly unknown: Counter;
  private readonly refusals: Counter;
  private readonly failing = new Map<number, string>();

  constructor(
    private readonly logger: Logger,
    registry: Registry,
  ) {
    super();
    const labelNames = ['shard'];
    const registers = [registry];
    this.batches = new Histogram({
      name: 'tenantry_projection_batch_seconds',
      help: 'Time to write and record one batch',
      labelNames,
      registers,
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    });
    this.events = new Counter({ name: 'tenantry_projection_events_total', help: 'Events applied to the graph', labelNames, registers });
    this.updates = new Counter({ name: 'tenantry_projection_updates_total', help: 'Relationship updates written', labelNames, registers });
    this.retries = new Counter({
      name: 'tenantry_projection_retries_total',
      help: 'Turns that failed and were tried again',
      labelNames,
      registers,
    });
    this.deaths = new Counter({ name: 'tenantry_projection_dead_total', help: 'Events set aside', labelNames, registers });
    this.refusals = new Counter({
      name: 'tenantry_projection_refused_edges_total',
      help: 'Relationships that a rebuild left out because SpiceDB refuses them',
      labelNames,
      registers,
    });
    this.unknown = new Counter({
      name: 'tenantry_projection_unknown_events_total',
      help: 'Events of an unknown type or payload, whose aggregate was projected whole',
      labelNames,
      registers,
    });
  }

  override tookOver(shard: number, epoch: string): void {
    this.recovered(shard);
    this.logger.info({ shard, epoch }, 'took over a shard');
  }

  override applied(batch: { shard: number; events: number; updates: number; milliseconds: number }): void {
    const label = { shard: String(batch.shard) };
    this.recovered(batch.shard);
    this.batches.observe(label, batch.milliseconds / 1_000);
    this.events.inc(label, batch.events);
    this.updates.inc(label, batch.updates);
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
