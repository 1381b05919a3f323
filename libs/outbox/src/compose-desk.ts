import type { AuthorizationProvider } from '#authorization';
import type { Database } from '#database';
import type { AuditTrail, Operations } from '#governance';
import type { UnitOfWork } from '#kernel';
import { DiscardEvent } from './desk/discard-event.ts';
import { ListEvents } from './desk/list-events.ts';
import { PauseShard } from './desk/pause-shard.ts';
import { LookAtProjection } from './desk/projection-overview.ts';
import { PurgeLog } from './desk/purge-log.ts';
import type { ProjectionDesk } from './desk/projection-desk.ts';
import { ReplayEvents } from './desk/replay-events.ts';
import { Reshard, type ReshardPorts } from './desk/reshard.ts';
import { RetryEvents } from './desk/retry-events.ts';
import { ShowEvent } from './desk/show-event.ts';
import { PgEventRecords } from './postgres/pg-event-records.ts';
import { PgLogPartitions } from './postgres/pg-log-partitions.ts';
import { PgOverviewRecords } from './postgres/pg-overview-records.ts';
import { PgProjectionMonitor } from './postgres/pg-projection-monitor.ts';
import { PgShardPauses } from './postgres/pg-shard-desk.ts';
import { PgWorkListChanges } from './postgres/pg-work-list-changes.ts';
import type { GraphMapping } from './projection/graph-mapping.ts';

export interface DeskParts {
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  readonly audit: AuditTrail;
  readonly operations: Operations;
  readonly graph: AuthorizationProvider;
  readonly mapping: GraphMapping;
  readonly move: ReshardPorts['move'];
}

export function projectionDesk(parts: DeskParts): ProjectionDesk {
  const { database, unitOfWork, audit, operations, graph, mapping, move } = parts;
  const records = new PgEventRecords(database);
  const workList = new PgWorkListChanges(database);
  return {
    look: new LookAtProjection(new PgProjectionMonitor(database), new PgOverviewRecords(database), records, mapping.phases),
    list: new ListEvents(records),
    show: new ShowEvent({ records, unitOfWork, mapping, graph }),
    retry: new RetryEvents({ records, workList, unitOfWork, audit }),
    discard: new DiscardEvent({ workList, unitOfWork, audit }),
    replay: new ReplayEvents({ records, unitOfWork, operations }),
    shards: new PauseShard({ pauses: new PgShardPauses(), unitOfWork, audit }),
    reshard: new Reshard({ operations, unitOfWork, audit, move }),
    log: purgeLog({ database, unitOfWork, audit }),
  };
}

export function purgeLog({ database, unitOfWork, audit }: Pick<DeskParts, 'database' | 'unitOfWork' | 'audit'>): PurgeLog {
  return new PurgeLog({ partitions: new PgLogPartitions(database), unitOfWork, audit, now: () => new Date() });
}
