import type { Consistency } from '#authorization';
import { InvalidConsistencyToken, type ReadYourWrites } from '#outbox';
import type { FastifyRequest } from 'fastify';

export const consistencyHeader = 'tenantry-consistency';

/** What the caller has seen, by the token of an earlier answer: nothing older may be told to them. */
export class CallerConsistency {
  constructor(
    private readonly readYourWrites: ReadYourWrites,
    private readonly waitMs: number,
  ) {}

  /** Undefined when no token came. Waits a bounded time for events under way. Throws `InvalidConsistencyToken`. */
  of(request: FastifyRequest): undefined | Promise<Consistency> {
    const token = request.headers[consistencyHeader];
    if (token === undefined) return undefined;
    if (typeof token !== 'string') throw new InvalidConsistencyToken();
    return this.readYourWrites.resolve(token, this.waitMs);
  }
}
