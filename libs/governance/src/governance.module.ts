import { Global, Module } from '@nestjs/common';
import { AuditModule } from './audit/audit.module.ts';
import { OperationsModule } from './operations/operations.module.ts';

/**
 * `Operations` and `AuditTrail` for everybody, and the commands and queries of this library on the buses of `@nestjs/cqrs`. Needs the
 * global `DatabaseModule`.
 */
@Global()
@Module({ imports: [AuditModule, OperationsModule], exports: [AuditModule, OperationsModule] })
export class GovernanceModule {}
