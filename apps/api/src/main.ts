import 'reflect-metadata';
import { ConfigurationInvalid } from '#configuration';
import { createLogger, startTracing, type Logger } from '#observability';
import { createApiServer, type ApiServer } from './api-server.ts';
import { apiConfiguration, type ApiConfiguration } from './configuration/api-configuration.ts';

/** In-flight requests have this long to finish: Docker kills 10 s after it asked. */
const stopWithinMs = 9_000;

function configured(): ApiConfiguration {
  try {
    return apiConfiguration(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationInvalid)) throw error;
    console.error(error.message);
    process.exit(78); // EX_CONFIG
  }
}

function exitAfter(logger: Logger, code: number): void {
  logger.flush(() => process.exit(code));
}

function stopOnSignals(server: ApiServer, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    setTimeout(() => {
      logger.error('some requests did not finish in time');
      exitAfter(logger, 1);
    }, configuration.shutdownDelayMs + stopWithinMs).unref();
    server.close().then(
      () => exitAfter(logger, 0),
      (error: unknown) => {
        logger.error({ err: error }, 'could not stop cleanly');
        exitAfter(logger, 1);
      },
    );
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
}

const configuration = configured();
const tracer = await startTracing(configuration.tracing);
const logger = createLogger({ service: 'api', level: configuration.logLevel, ...(tracer && { tracer }) });

process.on('uncaughtException', (error) => {
  logger.fatal({ err: error }, 'an error nobody handled');
  exitAfter(logger, 1);
});

try {
  const server = await createApiServer(configuration, logger, tracer);
  stopOnSignals(server, logger);
  const port = await server.listen();
  logger.info({ host: configuration.host, port }, 'listening');
} catch (error) {
  logger.fatal({ err: error }, 'could not start');
  exitAfter(logger, 1);
}
