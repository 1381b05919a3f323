import { traceparentOf } from '#http';
import type { SpanStart, Tracer, TraceSpan } from '#observability';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyRequest {
    /** The request as a step of a trace; null when nothing is recorded, and for the public routes. */
    span: TraceSpan | null;
  }
}

/**
 * Whoever may continue a trace decides whether it is recorded, and adds to what others see under its id. So strangers may not:
 * unless they are said to be known, a trace of ours begins, and points to theirs.
 */
function originOf(request: FastifyRequest, continued: boolean): Pick<SpanStart, 'parent' | 'links'> {
  const sent = traceparentOf(request.headers.traceparent);
  if (sent === undefined) return {};
  return continued ? { parent: sent } : { links: [sent] };
}

/** By the conventions of OpenTelemetry for HTTP servers, but for the path, the query and the caller's address: they name what is nobody's business. */
function begin(request: FastifyRequest, tracer: Tracer, continued: boolean): TraceSpan {
  const route = request.routeOptions.url ?? 'unmatched';
  return tracer.start(`${request.method} ${route}`, {
    kind: 'server',
    ...originOf(request, continued),
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'url.scheme': request.protocol,
      'tenantry.request_id': request.id,
    },
  });
}

/** A step for every request of a caller, around all that is done for it. */
export function traceRequests(instance: FastifyInstance, tracer: Tracer, continueCallers: boolean): void {
  instance.addHook('onRequest', (request, _reply, done) => {
    if (request.routeOptions.config.access?.kind !== 'public') request.span = begin(request, tracer, continueCallers);
    done();
  });
  // Once the body was read: what goes on from here goes on within the step, as far as it reaches.
  instance.addHook('preHandler', (request, _reply, done) => {
    if (request.span === null) done();
    else tracer.within(request.span, done);
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const { span } = request;
    span?.set({ 'http.response.status_code': reply.statusCode });
    if (reply.statusCode >= 500) span?.fail(String(reply.statusCode));
    span?.end();
    done();
  });
}
