import { AuthorizationModule } from '#authorization/nest';
import { DatabaseModule } from '#database/nest';
import { GovernanceModule, OperationObserver } from '#governance/nest';
import { IamModule, PgGraphMapping } from '#iam/nest';
import { createLogger, type Logger } from '#observability';
import { GraphMapping } from '#outbox';
import { DeskWorkModule, ProjectionModule, ProjectionObserver } from '#outbox/nest';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Registry } from 'prom-client';
import { HealthController } from './health.controller.ts';
import { LoggingObserver } from './logging-observer.ts';
import { MembershipClearing } from './membership-clearing.ts';
import { LoggingOperationObserver } from './operations/logging-operation-observer.ts';
import { OperationWorkModule } from './operations/operation-work.module.ts';
import type { WorkerSettings } from './worker-settings.ts';

export const logger = Symbol('logger');

/** What the projection needs of this process. */
@Global()
@Module({})
export class ObservationModule {
  static forRoot(settings: WorkerSettings): DynamicModule {
    return {
      module: ObservationModule,
      providers: [
        { provide: logger, useFactory: () => createLogger({ service: 'worker', level: settings.logLevel }) },
        { provide: Registry, useValue: new Registry() },
        {
          provide: ProjectionObserver,
          inject: [logger, Registry],
          useFactory: (log: Logger, registry: Registry) => new LoggingObserver(log, registry),
        },
        { provide: OperationObserver, inject: [logger], useFactory: (log: Logger) => new LoggingOperationObserver(log) },
        { provide: GraphMapping, useClass: PgGraphMapping },
      ],
      exports: [logger, Registry, ProjectionObserver, OperationObserver, GraphMapping],
    };
  }
}

@Module({})
export class WorkerModule {
  static forRoot(settings: WorkerSettings): DynamicModule {
    const { databaseUrl, redisUrl, spicedb } = settings.connections;
    const { outboxRetentionDays: days } = settings;
    return {
      module: WorkerModule,
      imports: [
        ObservationModule.forRoot(settings),
        DatabaseModule.forRoot({ url: databaseUrl, applicationName: 'tenantry-worker', poolSize: 4 }),
        AuthorizationModule.forRoot(spicedb),
        // Whatever it may make: only commands that the product gives itself run here.
        IamModule.forRoot({ tenantCreation: 'disabled' }),
        GovernanceModule,
        ProjectionModule.forRoot({ databaseUrl, ...(redisUrl !== undefined && { redisUrl }) }),
        DeskWorkModule.forRoot({ databaseUrl, ...(days !== null && { retentionDays: days }) }),
        OperationWorkModule.forRoot({ databaseUrl }),
      ],
      controllers: [HealthController],
      providers: [
        {
          provide: MembershipClearing,
          inject: [CommandBus, logger],
          useFactory: (commands: CommandBus, log: Logger) => new MembershipClearing(commands, log),
        },
      ],
    };
  }
}
