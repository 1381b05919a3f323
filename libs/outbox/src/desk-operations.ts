import type { Database } from '#database';
import type { UnitOfWork } from '#kernel';
import { ReplayHandler } from './desk/replay-handler.ts';
import { ReshardHandler } from './desk/reshard-handler.ts';
import type { ReshardPorts } from './desk/reshard.ts';
import { PgEventRecords } from './postgres/pg-event-records.ts';
import { PgShardPlan } from './postgres/pg-shard-desk.ts';
import { PgWorkListChanges } from './postgres/pg-work-list-changes.ts';

export function replayHandler(database: Database, unitOfWork: UnitOfWork, patienceMs?: number): ReplayHandler {
  const ports = { records: new PgEventRecords(database), workList: new PgWorkListChanges(database), unitOfWork };
  return new ReplayHandler(patienceMs === undefined ? ports : { ...ports, patienceMs });
}

export function reshardHandler(database: Database, move: ReshardPorts['move']): ReshardHandler {
  return new ReshardHandler({ plan: new PgShardPlan(database), move });
}
