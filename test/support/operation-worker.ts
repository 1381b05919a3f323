import 'reflect-metadata';
import { Database } from '#database';
import { DatabaseModule } from '#database/nest';
import { OperationHandler, type JsonObject, type OperationRun } from '#governance';
import { GovernanceModule, OperationObserver } from '#governance/nest';
import { platformScope } from '#kernel';
import { createLogger } from '#observability';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { setTimeout as pause } from 'node:timers/promises';
import { LoggingOperationObserver } from '../../apps/worker/src/operations/logging-operation-observer.ts';
import { OperationWorkModule } from '../../apps/worker/src/operations/operation-work.module.ts';

/** The worker's own wiring around one handler, in a process of its own: it can be killed, stopped and woken. */
const url = process.env['DATABASE_URL'] as string;

/** Counts up to the size that was asked for. Every step leaves a row that says which process did it. */
class CountingHandler extends OperationHandler {
  override readonly kind = 'count';

  constructor(private readonly database: Database) {
    super();
  }

  override async run({ id, input, checkpoint, report }: OperationRun): Promise<JsonObject> {
    const { size, stepMs } = input as { size: number; stepMs: number };
    const text = 'INSERT INTO operation_steps (operation, step, process) VALUES ($1, $2, $3)';
    for (let step = ((checkpoint as number | null) ?? 0) + 1; step <= size; step += 1) {
      await this.database.read(platformScope, { text, values: [id, step, process.pid] });
      await pause(stepMs);
      await report({ done: step, total: size, step: 'counting' }, step);
    }
    return { by: process.pid };
  }
}

const log = createLogger({ service: 'operation-worker', level: 'info' });

@Global()
@Module({
  providers: [{ provide: OperationObserver, useValue: new LoggingOperationObserver(log) }],
  exports: [OperationObserver],
})
class ObservationModule {}

/** As somebody who brings a handler writes it. */
@Module({
  providers: [{ provide: CountingHandler, inject: [Database], useFactory: (database: Database) => new CountingHandler(database) }],
})
class CountingModule {}

@Module({
  imports: [
    DatabaseModule.forRoot({ url, poolSize: 4 }),
    ObservationModule,
    GovernanceModule,
    CountingModule,
    OperationWorkModule.forRoot({ databaseUrl: url }),
  ],
})
class WorkerUnderTest {}

const application = await NestFactory.createApplicationContext(WorkerUnderTest, { logger: ['error'] });
application.enableShutdownHooks();
log.info('ready');
// A worker serves HTTP, which keeps it alive; this one has nothing but its timers.
setInterval(() => undefined, 60_000);
