import type { ProjectionMonitor, ProjectionStatus, ShardStatus } from '#outbox';
import { Gauge, type Registry } from 'prom-client';

const gauges: readonly (readonly [name: string, help: string, value: (shard: ShardStatus) => number])[] = [
  ['tenantry_outbox_pending', 'Events not yet in the graph, counted up to 1,000 a shard', ({ pending }) => pending],
  ['tenantry_outbox_dead', 'Events given up on, waiting for an operator', ({ dead }) => dead],
  ['tenantry_projection_lag_seconds', 'Age of the oldest event not yet in the graph', ({ lagSeconds }) => lagSeconds],
  ['tenantry_projection_paused', '1 when grants or everything is paused', ({ paused }) => (paused === 'no' ? 0 : 1)],
  ['tenantry_projection_held', '1 when a worker holds the shard', ({ holder }) => (holder === null ? 0 : 1)],
];

/** Asked when scraped, once for all gauges, never on a request's path. When PostgreSQL cannot be asked they are absent, not stale. */
export function watchProjection(monitor: ProjectionMonitor, registry: Registry): void {
  let asked: Promise<ProjectionStatus | null> | undefined;
  const status = () =>
    (asked ??= monitor
      .status()
      .catch(() => null)
      .finally(() => (asked = undefined)));
  for (const [name, help, value] of gauges) {
    const gauge = new Gauge({
      name,
      help,
      labelNames: ['shard'],
      registers: [registry],
      collect: async () => {
        const found = await status();
        gauge.reset();
        for (const shard of found?.shards ?? []) gauge.set({ shard: String(shard.shard) }, value(shard));
      },
    });
  }
}
