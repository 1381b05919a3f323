import 'reflect-metadata';
import { NestLogger } from '#observability/nest';
import { describeError, startTracing, type Logger } from '#observability';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { growHeapSlowly } from './heap-growth.ts';
import { readWorkerSettings } from './worker-settings.ts';
import { logger, WorkerModule } from './worker.module.ts';

async function main(): Promise<void> {
  growHeapSlowly();
  const settings = readWorkerSettings(process.env);
  const tracer = await startTracing(settings.tracing);
  const module = WorkerModule.forRoot(settings, tracer);
  const app = await NestFactory.create<NestFastifyApplication>(module, new FastifyAdapter(), { bufferLogs: true });
  const log = app.get<Logger>(logger);
  app.useLogger(new NestLogger(log));
  app.enableShutdownHooks();
  await app.listen({ host: settings.host, port: settings.port });
  log.info({ port: settings.port }, 'the worker is at work');
}

main().catch((error: unknown) => {
  const { message, cause } = describeError(error);
  process.stderr.write(`The worker did not start: ${message}${cause === undefined ? '' : ` (${cause.message})`}\n`);
  process.exitCode = 1;
  setTimeout(() => process.exit(1), 1_000).unref();
});
