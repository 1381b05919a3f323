export { FrontDoorSignals, type Changed } from './front-door-signals.ts';
export {
  GraphMapping,
  isOpeningWhenPresent,
  type AggregateRef,
  type GraphStretch,
  type LoggedEvent,
  type WalkedGraphRow,
} from './projection/graph-mapping.ts';
export type { ObservedBatch, ObservedEvent } from './projection/observer.ts';
export { OutboxMonitor, type OutboxReading } from './outbox-monitor.ts';
export * from './read-your-writes.ts';
export { DriftVocabulary, objectKey, type ObjectChunk } from './verify/drift-vocabulary.ts';
export { DRIFT_KINDS, type DriftCounts, type DriftKind, type Finding } from './verify/drift.ts';
export { GraphDesk, type RepairRequest, type VerifyRequest } from './graph-desk.ts';
export { GraphNotWhole, rebuildKind } from './rebuild/rebuild-request.ts';
export * from './desk/errors.ts';
export * from './desk/event-selector.ts';
export type { EventSummary } from './desk/event-records.ts';
export type { EventPage } from './desk/list-events.ts';
export type { EventView, FootprintEdge } from './desk/show-event.ts';
export { PAUSE_LEVELS, type PauseLevel, type PauseState } from './desk/pause-shard.ts';
export { mostShards } from './desk/plan-reshard.ts';
export { ProjectionDesk } from './desk/projection-desk.ts';
export { mostTenants, type OpenOperation, type ProjectionOverview, type TenantBacklog } from './desk/projection-overview.ts';
export type { LogPartition, PurgeResult } from './desk/purge-log.ts';
export type { ReplayPreview, ReplayRequest } from './desk/replay-events.ts';
export { readField, SELECTOR_FIELDS, selectorFields, type SelectorField } from './desk/selector-fields.ts';
