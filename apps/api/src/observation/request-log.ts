import type { FailureLog, Failure } from '#http';
import { lineLogger, traceIdOf, type HttpMetrics, type Logger } from '#observability';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Who and where, for every line about a request. Never headers, never bodies, never a query: they hold what is nobody's business. */
function contextOf(request: FastifyRequest) {
  const traceparent = request.execution?.options.traceparent ?? request.span?.traceparent;
  return {
    request_id: request.id,
    method: request.method,
    route: request.routeOptions.url ?? 'unmatched',
    user_id: request.caller?.userId,
    tenant_id: request.door?.tenant_id ?? undefined,
    trace_id: traceparent && traceIdOf(traceparent),
  };
}

/** Why, without a stack: it is the same every time. */
const reasonOf = (error: unknown) => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? { message, cause: cause.message } : { message };
};

export class LoggedFailures implements FailureLog {
  constructor(private readonly logger: Logger) {}

  /** A fault of ours is an error; an engine that is out of reach is a warning, because there will be many; a refused token is news. */
  failed(request: FastifyRequest, failure: Failure, error: unknown): void {
    const line = { ...contextOf(request), status: failure.status, code: failure.code, err: error };
    if (failure.unexpected) this.logger.error(line, 'request failed');
    else if (failure.status === 401) this.logger.info({ ...line, err: undefined, reason: reasonOf(error) }, 'token refused');
    else this.logger.warn(line, 'request could not be served');
  }
}

/** One line and one sample a request, after it was answered. */
export function observeRequests(instance: FastifyInstance, logger: Logger, metrics: HttpMetrics): void {
  const lines = lineLogger(logger);
  const isProbe = (request: FastifyRequest) => request.routeOptions.config.access?.kind === 'public';
  const observe = (request: FastifyRequest, reply: FastifyReply) => {
    const { statusCode: status, elapsedTime } = reply;
    const route = request.routeOptions.url ?? 'unmatched';
    metrics.observe(request.method, route, status, elapsedTime / 1000);
    if (request.execution !== null) metrics.graphCalls(route, request.graphCalls);
    const line = { ...contextOf(request), status, duration_ms: Math.round(elapsedTime * 100) / 100, graph_calls: request.graphCalls };
    if (isProbe(request)) lines.debug(line, 'request');
    else lines.info(line, 'request');
  };
  instance.addHook('onResponse', (request, reply, done) => {
    observe(request, reply);
    done();
  });
}
