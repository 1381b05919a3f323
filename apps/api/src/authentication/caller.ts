import type { Actor, ExecutionContext, UserId } from '#kernel';

/** Who sent a request. Their status is not part of it: the front door asks for that, every time. */
export interface Caller {
  readonly userId: UserId;
  readonly actor: Actor;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard on every route that is not public. */
    caller: Caller | null;
    execution: ExecutionContext | null;
  }
}
