export { BullmqWakeUp } from './bullmq/bullmq-wake-up.ts';
export {
  connectQueue,
  consumeQueue,
  drainOptions,
  migrateQueue,
  queueName,
  queueSchema,
  type QueueConfig,
} from './bullmq/projection-queue.ts';
export { composeWorker, type WorkerParts } from './compose-worker.ts';
export { OutboxModule, type OutboxConfig } from './outbox.module.ts';
export { PgShardRegistry } from './postgres/pg-shard-registry.ts';
export { PgWorkList } from './postgres/pg-work-list.ts';
export { PgGraphEpoch } from './postgres/pg-graph-epoch.ts';
export { PgOutboxMonitor } from './postgres/pg-outbox-monitor.ts';
export { PgProjectionMonitor } from './postgres/pg-projection-monitor.ts';
export { PgRebuilds } from './postgres/pg-rebuilds.ts';
export { replayHandler, reshardHandler } from './desk-operations.ts';
export { DeskModule } from './desk.module.ts';
export { DeskWorkModule, type DeskWorkConfig } from './desk-work.module.ts';
export { projectionDesk, purgeLog, type DeskParts } from './compose-desk.ts';
export { PgReadYourWrites } from './postgres/pg-read-your-writes.ts';
export { PgWakeUp } from './postgres/pg-wake-up.ts';
export { PgListener } from './postgres/pg-listener.ts';
export { channels } from './postgres/channels.ts';
export { ShardHints } from './postgres/shard-hints.ts';
export { ProjectionModule, type ProjectionConfig } from './projection.module.ts';
export { batchLimits } from './projection/plan-batch.ts';
export { ProjectionObserver, SilentObserver } from './projection/observer.ts';
export { ProjectionWorker, workerDefaults } from './projection/projection-worker.ts';
export { RebuildHandler } from './rebuild/rebuild-handler.ts';
export { reassignBuckets, type MoverParts } from './reassign-buckets.ts';
export { CallAndJob } from './wake-up.ts';
export { InvalidBucketMove, type BucketMove } from './projection/shard-map.ts';
export { PgSettledRows } from './postgres/pg-settled-rows.ts';
export { DriftVerification, newTally, type VerifyRun, type VerifyScope } from './verify/drift-verification.ts';
export { typesInGraph } from './verify/graph-types.ts';
export { findingOf, type Drift } from './verify/drift.ts';
export { VerifyOperation } from './verify/verify-operation.ts';
export { DriftRepair, type RepairOutcome, type RepairRun } from './repair/drift-repair.ts';
export { RepairOperation } from './repair/repair-operation.ts';
export * from './repair/errors.ts';
export { DriftModule, type DriftConfig } from './drift.module.ts';
export { DriftLedger, type LedgerStatus } from './verify/drift-ledger.ts';
export { PgDriftLedger } from './postgres/pg-drift-ledger.ts';
export { ContinuousVerification, VerificationObserver } from './verify/continuous-verification.ts';
export { LogRetention, RetentionObserver } from './desk/log-retention.ts';
