import { AuthorizationModule } from '#authorization/nest';
import { DatabaseModule } from '#database/nest';
import { GovernanceModule, OperationObserver } from '#governance/nest';
import { IamModule, PgDriftVocabulary, PgGraphMapping } from '#iam/nest';
import { createLogger, type Logger, type Tracer } from '#observability';
import { DriftVocabulary, GraphMapping } from '#outbox';
import { DeskWorkModule, DriftModule, ProjectionModule, ProjectionObserver, RetentionObserver, VerificationObserver } from '#outbox/nest';
import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Registry } from 'prom-client';
import { LoggingVerificationObserver } from './drift/logging-verification-observer.ts';
import { HealthController } from './health.controller.ts';
import { LoggingObserver } from './logging-observer.ts';
import { MembershipClearing } from './membership-clearing.ts';
import { LoggingRetentionObserver } from './logging-retention-observer.ts';
import { LoggingOperationObserver } from './operations/logging-operation-observer.ts';
import { OperationWorkModule } from './operations/operation-work.module.ts';
import type { WorkerSettings } from './worker-settings.ts';

export const logger = Symbol('logger');
const tracing = Symbol('tracing');

/** What the projection needs of this process. */
@Global()
@Module({})
export class ObservationModule {
  static forRoot(settings: WorkerSettings, tracer?: Tracer): DynamicModule {
    return {
      module: ObservationModule,
      providers: [
        { provide: logger, useFactory: () => createLogger({ service: 'worker', level: settings.logLevel, ...(tracer && { tracer }) }) },
        { provide: Registry, useValue: new Registry() },
        {
          provide: ProjectionObserver,
          inject: [logger, Registry],
          useFactory: (log: Logger, registry: Registry) => new LoggingObserver(log, registry, tracer),
        },
        { provide: OperationObserver, inject: [logger], useFactory: (log: Logger) => new LoggingOperationObserver(log) },
        {
          provide: VerificationObserver,
          inject: [logger, Registry],
          useFactory: (log: Logger, registry: Registry) => new LoggingVerificationObserver(log, registry),
        },
        {
          provide: RetentionObserver,
          inject: [logger, Registry],
          useFactory: (log: Logger, registry: Registry) => new LoggingRetentionObserver(log, registry),
        },
        { provide: GraphMapping, useClass: PgGraphMapping },
        { provide: DriftVocabulary, useClass: PgDriftVocabulary },
      ],
      exports: [
        logger,
        Registry,
        ProjectionObserver,
        OperationObserver,
        VerificationObserver,
        RetentionObserver,
        GraphMapping,
        DriftVocabulary,
      ],
    };
  }
}

@Module({})
export class WorkerModule implements OnApplicationShutdown {
  constructor(@Inject(tracing) private readonly tracer: Tracer | null) {}

  static forRoot(settings: WorkerSettings, tracer?: Tracer): DynamicModule {
    const { databaseUrl, redisUrl, spicedb } = settings.connections;
    const { outboxRetentionDays: days } = settings;
    return {
      module: WorkerModule,
      imports: [
        ObservationModule.forRoot(settings, tracer),
        DatabaseModule.forRoot({ url: databaseUrl, applicationName: 'tenantry-worker', poolSize: 4 }),
        AuthorizationModule.forRoot(spicedb),
        // Whatever it may make: only commands that the product gives itself run here.
        IamModule.forRoot({ tenantCreation: 'disabled' }),
        GovernanceModule,
        ProjectionModule.forRoot({ databaseUrl, ...(redisUrl !== undefined && { redisUrl }) }),
        DriftModule.forRoot({ databaseUrl, ...settings.verify }),
        DeskWorkModule.forRoot({ databaseUrl, ...(days !== null && { retentionDays: days }) }),
        OperationWorkModule.forRoot({ databaseUrl }),
      ],
      controllers: [HealthController],
      providers: [
        { provide: tracing, useValue: tracer ?? null },
        {
          provide: MembershipClearing,
          inject: [CommandBus, logger],
          useFactory: (commands: CommandBus, log: Logger) => new MembershipClearing(commands, log),
        },
      ],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.tracer?.close();
  }
}
