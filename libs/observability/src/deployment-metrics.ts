import type { OperationCount, OperationCounts } from '#governance';
import type { OutboxMonitor, OutboxReading } from '#outbox';
import type { Registry } from 'prom-client';
import { scrapeGauges, type ScrapedGauge } from './scraped-gauges.ts';

const graphStates = ['ready', 'rebuilding', 'never_built'] as const;

const ofOutbox: readonly ScrapedGauge<OutboxReading>[] = [
  [
    'tenantry_graph_state',
    '1 for the state that the graph is in',
    ({ graph }) => graphStates.map((state) => [{ state }, state === graph ? 1 : 0]),
    ['state'],
  ],
  ['tenantry_graph_rebuilding_seconds', 'How long the graph has been rebuilding', ({ rebuildingSeconds }) => [[{}, rebuildingSeconds]]],
  [
    'tenantry_outbox_oldest_dead_seconds',
    'Age of the oldest dead event',
    ({ oldestDead }) => oldestDead.map(({ shard, seconds }) => [{ shard: String(shard) }, seconds]),
    ['shard'],
  ],
  ['tenantry_outbox_log_partitions', 'Partitions of the log of events', ({ log }) => [[{}, log.partitions]]],
  ['tenantry_outbox_log_bytes', 'Size of the log of events on disk, with its indexes', ({ log }) => [[{}, log.bytes]]],
];

const ofOperations: readonly ScrapedGauge<readonly OperationCount[]>[] = [
  [
    'tenantry_operations',
    'Operations that are open or ended within seven days, without failed ones that were tried again',
    (counts) => counts.map(({ kind, state, operations }) => [{ kind, state }, operations]),
    ['kind', 'state'],
  ],
  [
    'tenantry_operations_unattended_seconds',
    'How long an operation has waited for a worker',
    (counts) => [...longestByKind(counts)].map(([kind, seconds]) => [{ kind }, seconds]),
    ['kind'],
  ],
];

function longestByKind(counts: readonly OperationCount[]): Map<string, number> {
  const longest = new Map<string, number>();
  for (const { kind, unattendedSeconds } of counts) longest.set(kind, Math.max(longest.get(kind) ?? 0, unattendedSeconds));
  return longest;
}

/** The state of the graph, the log and the dead events. */
export function watchOutbox(monitor: OutboxMonitor, registry: Registry): void {
  scrapeGauges(registry, () => monitor.read(), ofOutbox);
}

export function watchOperations(counts: OperationCounts, registry: Registry): void {
  scrapeGauges(registry, () => counts.read(), ofOperations);
}
