export { AuditTrail, type AuditEntry } from './application/audit-trail.ts';
