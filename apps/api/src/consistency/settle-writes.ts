import { prefersAsync } from '#http';
import type { Logger } from '#observability';
import { type ReadYourWrites, type Settled } from '#outbox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { consistencyHeader } from './caller-consistency.ts';

export interface SettleOptions {
  readonly readYourWrites: ReadYourWrites;
  readonly waitMs: number;
  readonly logger: Logger;
}

const pending: Settled = { token: null, applied: false };

/** Nothing that goes wrong here may turn a committed change into an error. */
async function settle({ readYourWrites, waitMs, logger }: SettleOptions, request: FastifyRequest, isAsync: boolean): Promise<Settled> {
  try {
    return await readYourWrites.settle(request.execution?.receipts ?? [], isAsync ? 0 : waitMs);
  } catch (error) {
    logger.warn({ err: error, request_id: request.id }, 'the change is committed, but its projection could not be followed');
    return pending;
  }
}

function mark(reply: FastifyReply, { token, applied }: Settled): void {
  if (token !== null) reply.header(consistencyHeader, token);
  reply.header('tenantry-projection', applied ? 'applied' : 'pending');
}

/**
 * Read your writes: what a request committed is waited for, a bounded time, before it is answered. A hook of the server, so
 * that no route can forget it; requests that committed nothing do not pay for it.
 */
export function settleWrites(instance: FastifyInstance, options: SettleOptions): void {
  instance.addHook('onSend', (request, reply, payload, done) => {
    const receipts = request.execution?.receipts;
    if (receipts === undefined || receipts.length === 0) return done(null, payload);
    if (receipts.some(({ replayed }) => replayed)) reply.header('idempotency-replayed', 'true');
    if (receipts.every(({ events }) => events.length === 0)) return done(null, payload);
    const isAsync = prefersAsync(request.headers.prefer);
    if (isAsync) reply.header('preference-applied', 'respond-async');
    void settle(options, request, isAsync).then((settled) => {
      mark(reply, settled);
      done(null, payload);
    });
  });
}
