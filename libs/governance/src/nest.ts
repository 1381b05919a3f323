export { PgAuditTrail } from './audit/adapters/pg-audit-trail.ts';
export { composeGovernance, type Governance, type GovernanceParts } from './compose-governance.ts';
export { operationsChannel } from './operations/adapters/pg-operations-bell.ts';
export { PgOperationQueue } from './operations/adapters/pg-operation-queue.ts';
export { GovernanceModule } from './governance.module.ts';
export { OperationObserver, type ObservedOperation } from './operations/application/operation-observer.ts';
export { OperationQueue } from './operations/application/operation-queue.ts';
export { OperationRunner } from './operations/application/operation-runner.ts';
