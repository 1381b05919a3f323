import type { Database } from '#database';
import type { Clock, IdGenerator, UnitOfWork } from '#kernel';
import { PgAuditTrail } from './audit/adapters/pg-audit-trail.ts';
import { PgAuditViews } from './audit/adapters/pg-audit-views.ts';
import { ListAuditEntriesHandler } from './audit/application/list-audit-entries.ts';
import { PgOperationRepository } from './operations/adapters/pg-operation-repository.ts';
import { PgOperationViews } from './operations/adapters/pg-operation-views.ts';
import { PgOperationsBell } from './operations/adapters/pg-operations-bell.ts';
import { CancelOperationHandler } from './operations/application/cancel-operation.ts';
import { FindOperationHandler } from './operations/application/find-operation.ts';
import { ListOperationsHandler } from './operations/application/list-operations.ts';
import { RecordedOperations } from './operations/application/recorded-operations.ts';
import { RetryOperationHandler } from './operations/application/retry-operation.ts';

export interface GovernanceParts {
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  readonly ids: IdGenerator;
  readonly clock: Clock;
}

export type Governance = ReturnType<typeof composeGovernance>;

/** The library over PostgreSQL, put together by hand: for programs without Nest. */
export function composeGovernance({ database, unitOfWork, ids, clock }: GovernanceParts) {
  const trail = new PgAuditTrail(ids, clock);
  const repository = new PgOperationRepository();
  const views = new PgOperationViews(database);
  const bell = new PgOperationsBell(database);
  const operations = new RecordedOperations(repository, trail, ids, clock, bell);
  return {
    auditTrail: trail,
    operations,
    cancelOperation: new CancelOperationHandler(unitOfWork, repository, trail, bell, clock),
    retryOperation: new RetryOperationHandler(unitOfWork, repository, operations),
    findOperation: new FindOperationHandler(views),
    listOperations: new ListOperationsHandler(views),
    listAuditEntries: new ListAuditEntriesHandler(new PgAuditViews(database)),
  };
}
