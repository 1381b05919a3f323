import type { ProjectionMonitor, ProjectionStatus, ShardStatus } from '#outbox';
import type { Registry } from 'prom-client';
import { scrapeGauges, type ScrapedGauge } from './scraped-gauges.ts';

const gauges: readonly (readonly [name: string, help: string, value: (shard: ShardStatus) => number])[] = [
  ['tenantry_outbox_pending', 'Events not yet in the graph, counted up to 1,000 a shard', ({ pending }) => pending],
  ['tenantry_outbox_dead', 'Events given up on, waiting for an operator', ({ dead }) => dead],
  ['tenantry_projection_lag_seconds', 'Age of the oldest event not yet in the graph', ({ lagSeconds }) => lagSeconds],
  ['tenantry_projection_paused', '1 when grants or everything is paused', ({ paused }) => (paused === 'no' ? 0 : 1)],
  ['tenantry_projection_held', '1 when a worker holds the shard', ({ holder }) => (holder === null ? 0 : 1)],
];

export function watchProjection(monitor: ProjectionMonitor, registry: Registry): void {
  const byShard = gauges.map(([name, help, value]): ScrapedGauge<ProjectionStatus> => [
    name,
    help,
    ({ shards }) => shards.map((shard) => [{ shard: String(shard.shard) }, value(shard)]),
    ['shard'],
  ]);
  scrapeGauges(registry, () => monitor.status(), byShard);
}
