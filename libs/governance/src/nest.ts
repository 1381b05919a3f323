export { PgAuditTrail } from './audit/adapters/pg-audit-trail.ts';
export { PgOperationCounts } from './operations/adapters/pg-operation-counts.ts';
