export { PgAuditTrail } from './audit/adapters/pg-audit-trail.ts';
