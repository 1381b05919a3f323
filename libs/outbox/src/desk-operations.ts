import type { Database } from '#database';
import type { OperationHandler } from '#governance';
import type { UnitOfWork } from '#kernel';
import { ReplayHandler } from './desk/replay-handler.ts';
import { ReshardHandler } from './desk/reshard-handler.ts';
import type { ReshardPorts } from './desk/reshard.ts';
import { PgEventRecords } from './postgres/pg-event-records.ts';
import { PgShardPlan } from './postgres/pg-shard-desk.ts';
import { PgWorkListChanges } from './postgres/pg-work-list-changes.ts';

export interface DeskOperationParts {
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  readonly move: ReshardPorts['move'];
}

/** What a worker does of what is asked for at the desk. */
export function deskOperations({ database, unitOfWork, move }: DeskOperationParts): readonly OperationHandler[] {
  return [
    new ReplayHandler({ records: new PgEventRecords(database), workList: new PgWorkListChanges(database), unitOfWork }),
    new ReshardHandler({ plan: new PgShardPlan(database), move }),
  ];
}
