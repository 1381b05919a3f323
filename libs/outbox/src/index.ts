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
export { DriftDesk, type RepairRequest, type VerifyRequest } from './verify/drift-desk.ts';
export { GraphNotWhole, rebuildKind, rebuildRequest } from './rebuild/rebuild-request.ts';
