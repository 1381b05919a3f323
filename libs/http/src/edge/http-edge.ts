import { isUlid } from '#kernel';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { entityTagOf } from '../conditional/entity-tag.ts';
import { failureOf, failureOfTransport } from '../problem/problem.ts';
import { sendFailure } from '../problem/problem-filter.ts';
import { methodNotAllowed, routeNotFound, urlTooLong } from '../problem/transport-errors.ts';
import { RouteRegistry, type ForeignRoute } from '../routes/route-registry.ts';
import { ValidationFailed } from '../validation/validation-failed.ts';
import { answerClientError } from './client-error.ts';
import { bodyLimit, readJsonBodies } from './json-body.ts';
import { requestIdHeader, requestIdOf } from './request-id.ts';

/** Stands in for an id that has not the form of one: no row can have it, so the route answers exactly as for an absent one. */
export const absentId = '00000000000000000000000000';

/** Of the 16 KiB that Node's parser takes for request line and headers together; no route of ours needs a tenth of it. */
export const longestUrl = 8_192;

/** A server before Nest: everything here holds for every route, also for those no controller knows. */
export interface HttpEdge {
  readonly adapter: FastifyAdapter;
  readonly instance: FastifyInstance;
  readonly routes: RouteRegistry;
}

function answerUnrouted(routes: RouteRegistry, request: FastifyRequest, reply: FastifyReply): void {
  const methods = routes.methodsAt(request.url.split('?', 1)[0] ?? '');
  if (methods.length === 0) return sendFailure(reply, request, failureOfTransport(routeNotFound));
  reply.header('allow', methods.join(', '));
  sendFailure(reply, request, failureOfTransport(methodNotAllowed));
}

/** Parameters of paths that are no ids: a tenant may be named by its slug, and the kind of a member is a word. */
const namedOtherwise: ReadonlySet<string> = new Set(['tenant', 'subject_type', 'position']);

/** True when something was there to normalise. */
function normaliseIds(request: FastifyRequest): boolean {
  const params = request.params as Record<string, string>;
  let found = false;
  for (const name in params) {
    if (namedOtherwise.has(name) || isUlid(params[name] ?? '')) continue;
    params[name] = absentId;
    found = true;
  }
  return found;
}

/** `PATCH /members/leave` is routed to the member called leave, whom nobody can be: the path takes a POST and nothing else. */
function missesItsLiteral(routes: RouteRegistry, request: FastifyRequest): boolean {
  const methods = routes.methodsAt(request.url.split('?', 1)[0] ?? '');
  return methods.length > 0 && !methods.includes(request.method);
}

/** For after the guards: whether a route takes a body is nobody's business before. Throws `ValidationFailed`. */
export function refuseUnexpectedBody(request: FastifyRequest): void {
  const { body, routeOptions } = request;
  if (routeOptions.config.takesBody || body === undefined || body === null) return;
  const isEmptyObject = typeof body === 'object' && !Array.isArray(body) && Object.keys(body).length === 0;
  if (!isEmptyObject) throw new ValidationFailed([{ pointer: '', detail: 'this route takes no body' }]);
}

function addHooks(instance: FastifyInstance, routes: RouteRegistry): void {
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header(requestIdHeader, request.id).header('x-content-type-options', 'nosniff');
    const access = request.routeOptions.config.access;
    if (access && access.kind !== 'public') reply.header('cache-control', 'no-store');
    if (request.url.length > longestUrl) return sendFailure(reply, request, failureOfTransport(urlTooLong));
    done();
  });
  // Before the body is looked at: nobody will read it, and a method that is unknown here may have rules of its own for it.
  instance.addHook('preParsing', (request, reply, payload, done) => {
    if (request.is404) answerUnrouted(routes, request, reply);
    else done(null, payload);
  });
  instance.addHook('preHandler', (request, reply, done) => {
    const access = request.routeOptions.config.access;
    if (!access || access.kind === 'public') return done();
    if (normaliseIds(request) && missesItsLiteral(routes, request)) return answerUnrouted(routes, request, reply);
    done();
  });
  instance.addHook('preSerialization', (request, reply, payload, done) => {
    const version = (payload as { version?: unknown } | null)?.version;
    if (request.routeOptions.config.versioned && typeof version === 'number') reply.header('etag', entityTagOf(version));
    done(null, payload);
  });
}

/**
 * A connection kept alive after its last answer would hold up a graceful stop until it times out. To be added after every other hook: some
 * answers wait in one of those, and the stop may begin meanwhile.
 */
export function endConnectionsWhenClosing(instance: FastifyInstance): void {
  let closing = false;
  instance.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  instance.addHook('onSend', (_request, reply, payload, done) => {
    if (closing) reply.header('connection', 'close');
    done(null, payload);
  });
}

const serverOptions: FastifyServerOptions = {
  bodyLimit,
  requestTimeout: 30_000,
  requestIdHeader: false,
  genReqId: requestIdOf,
  // Longer than any request line can be: an overlong id is answered like an absent one, by the route.
  routerOptions: { maxParamLength: 16_384 },
  frameworkErrors: (error, request, reply) => {
    reply.header(requestIdHeader, request.id);
    sendFailure(reply, request, failureOf(error));
  },
  clientErrorHandler: answerClientError,
  // During a graceful stop requests on open connections are still answered; readiness already says no.
  return503OnClosing: false,
};

/**
 * The Fastify server and the adapter that hands it to Nest. No middleware layer (`skipMiddie`): it costs every request and
 * nothing needs it. `foreign` names the routes that libraries add; from `trustedProxies` the address of the client is believed.
 */
export function createHttpEdge(foreign: readonly ForeignRoute[] = [], trustedProxies: readonly string[] = []): HttpEdge {
  const routes = new RouteRegistry(foreign);
  const adapter = new FastifyAdapter({
    ...serverOptions,
    skipMiddie: true,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
  });
  const instance: FastifyInstance = adapter.getInstance();
  routes.watch(instance);
  readJsonBodies(instance);
  addHooks(instance, routes);
  // Nest sets its own handler for unknown paths when it starts; this one knows which methods a path supports.
  adapter.setNotFoundHandler = () => instance;
  instance.setNotFoundHandler((request, reply) => answerUnrouted(routes, request, reply));
  return { adapter, instance, routes };
}
