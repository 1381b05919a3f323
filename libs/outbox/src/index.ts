export { FrontDoorSignals, type Changed } from './front-door-signals.ts';
export {
  GraphMapping,
  isOpeningWhenPresent,
  type AggregateRef,
  type GraphStretch,
  type LoggedEvent,
  type WalkedGraphRow,
} from './projection/graph-mapping.ts';
export * from './read-your-writes.ts';
export { GraphNotWhole, rebuildKind, rebuildRequest } from './rebuild/rebuild-request.ts';
