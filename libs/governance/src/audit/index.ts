export { AuditTrail, type AuditEntry } from './application/audit-trail.ts';
export type { AuditEntryView } from './application/audit-views.ts';
export { ListAuditEntries } from './application/list-audit-entries.ts';
