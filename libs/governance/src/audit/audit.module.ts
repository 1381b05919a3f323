import { Database } from '#database';
import { Clock, IdGenerator } from '#kernel';
import { Module } from '@nestjs/common';
import { PgAuditTrail } from './adapters/pg-audit-trail.ts';
import { PgAuditViews } from './adapters/pg-audit-views.ts';
import { AuditTrail } from './application/audit-trail.ts';
import { AuditViews } from './application/audit-views.ts';
import { ListAuditEntriesHandler } from './application/list-audit-entries.ts';

/** Who did what. */
@Module({
  providers: [
    ListAuditEntriesHandler,
    { provide: AuditTrail, inject: [IdGenerator, Clock], useFactory: (ids: IdGenerator, clock: Clock) => new PgAuditTrail(ids, clock) },
    { provide: AuditViews, inject: [Database], useFactory: (database: Database) => new PgAuditViews(database) },
  ],
  exports: [AuditTrail],
})
export class AuditModule {}
