import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { failureOf } from '../problem/problem.ts';
import { sendFailure } from '../problem/problem-filter.ts';
import { addressKeyOf } from './client-address.ts';
import { RateLimited } from './rate-limited.ts';
import type { RateLimiter, RateLimits, RateVerdict } from './rate-limiter.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** True once a user or an address has been charged for this request. */
    charged: boolean;
  }
}

/** `RateLimit` and `RateLimit-Policy` of draft-ietf-httpapi-ratelimit-headers-10, as structured fields. */
function tell(reply: FastifyReply, { policy, policyField }: RateLimiter, { remaining, resetSeconds }: RateVerdict): void {
  reply.header('ratelimit-policy', policyField).header('ratelimit', `"${policy.name}";r=${remaining};t=${resetSeconds}`);
}

/** Counts a request for its user. Throws `RateLimited`. */
export function chargeUser({ users }: RateLimits, userId: string, request: FastifyRequest, reply: FastifyReply): void {
  request.charged = true;
  const verdict = users.take(userId);
  tell(reply, users, verdict);
  if (!verdict.allowed) throw new RateLimited(verdict.retryAfterSeconds);
}

function chargeAddress({ addresses }: RateLimits, request: FastifyRequest, reply: FastifyReply): RateVerdict {
  request.charged = true;
  const verdict = addresses.take(addressKeyOf(request.ip));
  tell(reply, addresses, verdict);
  return verdict;
}

/**
 * Counts by address what nobody has proven to have sent: public routes and unknown paths when they come, and everything that is
 * refused before its user is known (no token, a bad one, a body that could not be read) when it is answered. An address that has
 * used up its quota is refused before its body is read, unless it shows a token that was verified before: whoever shares an
 * address with a noisy neighbour goes on working.
 *
 * With the charge of its user it costs a request 4 µs of CPU, on a bare server that spends 18 µs on one; most of it goes into the
 * two headers (50,000 users, median of nine pairs).
 */
export function limitAddresses(instance: FastifyInstance, limits: RateLimits, isKnown: (authorization?: string) => boolean): void {
  instance.decorateRequest('charged', false);
  instance.addHook('onRequest', (request, reply, done) => {
    const { access, rateLimited } = request.routeOptions.config;
    if (rateLimited === false) return done();
    if (!access || access.kind === 'public') {
      const { allowed, retryAfterSeconds } = chargeAddress(limits, request, reply);
      return allowed ? done() : sendFailure(reply, request, failureOf(new RateLimited(retryAfterSeconds)));
    }
    const key = addressKeyOf(request.ip);
    if (limits.addresses.hasRoom(key) || isKnown(request.headers.authorization)) return done();
    const { retryAfterSeconds } = chargeAddress(limits, request, reply);
    sendFailure(reply, request, failureOf(new RateLimited(Math.max(1, retryAfterSeconds))));
  });
  instance.addHook('onSend', (request, reply, payload, done) => {
    const isRefusal = reply.statusCode >= 400 && reply.statusCode < 500;
    if (isRefusal && !request.charged && request.routeOptions.config.rateLimited !== false) chargeAddress(limits, request, reply);
    done(null, payload);
  });
}
