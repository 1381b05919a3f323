import { ProblemFilter, RateLimits, createHttpEdge, endConnectionsWhenClosing, limitAddresses, type RouteRegistry } from '#http';
import { HttpMetrics, type Logger, type Tracer } from '#observability';
import { NestLogger } from '#observability/nest';
import { ReadYourWrites } from '#outbox';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiModule } from './api.module.ts';
import { Authenticator } from './authentication/authenticator.ts';
import { bootstrap } from './bootstrap.ts';
import type { ApiConfiguration } from './configuration/api-configuration.ts';
import { settleWrites } from './consistency/settle-writes.ts';
import { Lifecycle } from './health/lifecycle.ts';
import { LoggedFailures, observeRequests } from './observation/request-log.ts';
import { traceRequests } from './observation/request-trace.ts';
import { documentationRoutes, serveDocumentation } from './openapi/openapi-document.ts';

export interface ApiServer {
  readonly app: NestFastifyApplication;
  readonly instance: FastifyInstance;
  readonly routes: RouteRegistry;
  /** Resolves with the port. */
  listen(): Promise<number>;
  /** Finishes what is in flight, then closes every connection to the engines. */
  close(): Promise<void>;
}

function shapeRequests(instance: FastifyInstance): void {
  instance.decorateRequest('caller', null);
  instance.decorateRequest('execution', null);
  instance.decorateRequest('door', null);
  instance.decorateRequest('graphCalls', 0);
  instance.decorateRequest('span', null);
}

/** The whole API process but for its signals: connected, bootstrapped and refusing to start when a route is undeclared. */
export async function createApiServer(configuration: ApiConfiguration, logger: Logger, tracer?: Tracer): Promise<ApiServer> {
  const { adapter, instance, routes } = createHttpEdge(documentationRoutes, configuration.trustedProxies);
  shapeRequests(instance);
  if (tracer !== undefined) traceRequests(instance, tracer, configuration.tracesContinueCallers);
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(configuration, tracer), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  app.useGlobalFilters(new ProblemFilter(new LoggedFailures(logger)));
  const authenticator = app.get(Authenticator);
  limitAddresses(instance, app.get(RateLimits), (authorization) => authenticator.knows(authorization));
  settleWrites(instance, { readYourWrites: app.get(ReadYourWrites), waitMs: configuration.readYourWritesWaitMs, logger });
  observeRequests(instance, logger, app.get(HttpMetrics));
  endConnectionsWhenClosing(instance);
  serveDocumentation(app, routes, configuration.publicBaseUrl);
  await app.init();
  await bootstrap(app, configuration, logger);
  return {
    app,
    instance,
    routes,
    listen: async () => {
      await app.listen(configuration.port, configuration.host);
      return (instance.server.address() as { port: number }).port;
    },
    close: async () => {
      app.get(Lifecycle).stop();
      await pause(configuration.shutdownDelayMs);
      await app.close();
      await tracer?.close();
    },
  };
}
