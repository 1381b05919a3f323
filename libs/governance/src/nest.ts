export { PgAuditTrail } from './audit/adapters/pg-audit-trail.ts';
export { composeGovernance, type Governance, type GovernanceParts } from './compose-governance.ts';
export { operationsChannel } from './operations/adapters/pg-operations-bell.ts';
