import { RateLimits, chargeUser, idempotencyOf } from '#http';
import { ExecutionContext } from '#kernel';
import { Injectable, type CanActivate, type ExecutionContext as NestContext } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';

/**
 * Only a step of ours goes on into the outbox: a worker that records traces takes up what is stored there, and a caller's own header
 * would choose the id and whether it is recorded. What counts of that header is decided where the step begins.
 */
function executionOf(request: FastifyRequest, caller: Caller): ExecutionContext {
  const traceparent = request.span?.traceparent;
  const idempotency = request.routeOptions.config.idempotency === 'key' ? idempotencyOf(request, caller.userId) : undefined;
  return new ExecutionContext(caller.actor, request.id, {
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(idempotency === undefined ? {} : { idempotency }),
  });
}

/** Every route but the public ones: who is it? Runs before every other guard. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly authenticator: Authenticator,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: NestContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (request.routeOptions.config.access?.kind === 'public') return true;
    const found = this.authenticator.authenticate(request.headers.authorization, request.id);
    request.caller = found instanceof Promise ? await found : found;
    chargeUser(this.limits, request.caller.userId, request, context.switchToHttp().getResponse<FastifyReply>());
    request.execution = executionOf(request, request.caller);
    return true;
  }
}
