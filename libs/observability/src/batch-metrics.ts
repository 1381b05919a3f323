import type { ObservedBatch } from '#outbox';
import { Counter, Histogram, type Registry } from 'prom-client';

type ByShard = 'shard';

/** What one shard's batches are counted by: labels are resolved once, not for each of a thousand events. */
interface ShardSeries {
  readonly seconds: Histogram.Internal<ByShard>;
  readonly delay: Histogram.Internal<ByShard>;
  readonly eventsInBatch: Histogram.Internal<ByShard>;
  readonly updatesInBatch: Histogram.Internal<ByShard>;
  readonly events: Counter.Internal;
  readonly updates: Counter.Internal;
}

const sizes = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000];

function histogram(registry: Registry, name: string, help: string, buckets: number[]): Histogram<ByShard> {
  return new Histogram({ name: `tenantry_projection_${name}`, help, labelNames: ['shard'], registers: [registry], buckets });
}

function counter(registry: Registry, name: string, help: string): Counter<ByShard> {
  return new Counter({ name: `tenantry_projection_${name}_total`, help, labelNames: ['shard'], registers: [registry] });
}

function seriesOf(registry: Registry): (shard: string) => ShardSeries {
  const seconds = histogram(
    registry,
    'batch_seconds',
    'Time to write and record one batch',
    [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  );
  const delay = histogram(
    registry,
    'delay_seconds',
    'From the commit of an event to its being in the graph',
    [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800],
  );
  const eventsInBatch = histogram(registry, 'batch_events', 'Events that left the work list with one batch', sizes);
  const updatesInBatch = histogram(registry, 'batch_updates', 'Relationship updates in one batch', sizes);
  const events = counter(registry, 'events', 'Events applied to the graph');
  const updates = counter(registry, 'updates', 'Relationship updates written');
  return (shard) => ({
    seconds: seconds.labels({ shard }),
    delay: delay.labels({ shard }),
    eventsInBatch: eventsInBatch.labels({ shard }),
    updatesInBatch: updatesInBatch.labels({ shard }),
    events: events.labels({ shard }),
    updates: updates.labels({ shard }),
  });
}

/** How much the batches carry, how long they take, and how long events waited for them. */
export class BatchMetrics {
  private readonly series = new Map<number, ShardSeries>();
  private readonly make: (shard: string) => ShardSeries;

  constructor(registry: Registry) {
    this.make = seriesOf(registry);
  }

  applied(batch: ObservedBatch): void {
    const series = this.of(batch.shard);
    series.seconds.observe((batch.endedAt - batch.startedAt) / 1_000);
    series.eventsInBatch.observe(batch.events);
    series.updatesInBatch.observe(batch.updates);
    series.events.inc(batch.events);
    series.updates.inc(batch.updates);
    const visible = performance.timeOrigin + batch.endedAt;
    for (const { committedAt } of batch.finished) series.delay.observe(Math.max(0, visible - committedAt) / 1_000);
  }

  private of(shard: number): ShardSeries {
    let series = this.series.get(shard);
    if (series === undefined) this.series.set(shard, (series = this.make(String(shard))));
    return series;
  }
}
