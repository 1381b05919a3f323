import { RateLimits } from '#http';
import type { UserId } from '#kernel';
import { anId } from '#kernel/testing';
import type { TraceSpan } from '#observability';
import type { ExecutionContext as NestContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { AuthenticationGuard } from './authentication.guard.ts';
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';

const theirs = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const ours = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** What a command of a request with their header carries into the outbox. */
async function carriedBy(span: Pick<TraceSpan, 'traceparent'> | null): Promise<string | undefined> {
  const userId = anId<UserId>();
  const caller = { userId, actor: { kind: 'user', id: userId } } as Caller;
  const authenticator = { authenticate: () => caller } as unknown as Authenticator;
  const request = { id: 'r', headers: { traceparent: theirs }, routeOptions: { config: {} }, span } as unknown as FastifyRequest;
  const reply = { header: () => reply };
  const http = { getRequest: () => request, getResponse: () => reply };
  const guard = new AuthenticationGuard(authenticator, new RateLimits({ user: 100, address: 100 }));
  await guard.canActivate({ switchToHttp: () => http } as unknown as NestContext);
  return request.execution?.options.traceparent;
}

it('while no traces are recorded, the traceparent of a caller goes nowhere', async () => {
  expect(await carriedBy(null)).toBeUndefined();
});

it('while traces are recorded, it is the step of ours that goes on', async () => {
  expect(await carriedBy({ traceparent: ours })).toBe(ours);
});
