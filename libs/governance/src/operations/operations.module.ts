import { Database } from '#database';
import { Clock, IdGenerator } from '#kernel';
import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.ts';
import { AuditTrail } from '../audit/index.ts';
import { PgOperationRepository } from './adapters/pg-operation-repository.ts';
import { PgOperationViews } from './adapters/pg-operation-views.ts';
import { PgOperationsBell } from './adapters/pg-operations-bell.ts';
import { CancelOperationHandler } from './application/cancel-operation.ts';
import { FindOperationHandler } from './application/find-operation.ts';
import { ListOperationsHandler } from './application/list-operations.ts';
import { OperationViews } from './application/operation-views.ts';
import { OperationsBell } from './application/operations-bell.ts';
import { Operations } from './application/operations.ts';
import { RecordedOperations } from './application/recorded-operations.ts';
import { RetryOperationHandler } from './application/retry-operation.ts';
import { OperationRepository } from './domain/operation-repository.ts';

/** Long work: asking for it, looking at it, giving orders about it. Doing it is for workers. */
@Module({
  imports: [AuditModule],
  providers: [
    CancelOperationHandler,
    FindOperationHandler,
    ListOperationsHandler,
    RetryOperationHandler,
    { provide: OperationRepository, useClass: PgOperationRepository },
    { provide: OperationViews, inject: [Database], useFactory: (database: Database) => new PgOperationViews(database) },
    { provide: OperationsBell, inject: [Database], useFactory: (database: Database) => new PgOperationsBell(database) },
    {
      provide: RecordedOperations,
      inject: [OperationRepository, AuditTrail, IdGenerator, Clock, OperationsBell],
      useFactory: (...parts: ConstructorParameters<typeof RecordedOperations>) => new RecordedOperations(...parts),
    },
    { provide: Operations, useExisting: RecordedOperations },
  ],
  exports: [Operations],
})
export class OperationsModule {}
