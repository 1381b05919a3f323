import { AuthenticationRequired } from '#http';
import { ProvisionUser } from '#iam';
import { ExecutionContext, type UserId } from '#kernel';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { LRUCache } from 'lru-cache';
import { hash } from 'node:crypto';
import type { Caller } from './caller.ts';
import { TokenVerifier } from './token-verifier.ts';

const bearer = /^Bearer +([\w~+/.-]+=*) *$/i;
const longestCopyMs = 300_000;
const mostCopies = 20_000;
const upToSoMany = { max: mostCopies, ttlResolution: 100, perf: { now: () => performance.now() } };

/**
 * From an access token to a user, whom it makes at first sight. What was verified once is kept, by the SHA-256 of the token,
 * until the token expires and for at most 5 minutes: verifying a signature costs more than everything else on a warm request.
 * That the user may still come in is not decided here.
 */
@Injectable()
export class Authenticator {
  private readonly known = new LRUCache<string, Caller>(upToSoMany);
  /** Decides nothing but whose requests are worth verifying again, so it may last as long as the token. */
  private readonly vouched = new LRUCache<string, true>(upToSoMany);
  private readonly underWay = new Map<string, Promise<Caller>>();

  constructor(
    private readonly verifier: TokenVerifier,
    private readonly commands: CommandBus,
  ) {}

  /** Throws `AuthenticationRequired`, `InvalidToken`, `IssuerUnavailable`, `DatabaseUnavailable`. */
  authenticate(authorization: string | undefined, requestId: string): Caller | Promise<Caller> {
    const token = tokenIn(authorization);
    if (token === undefined) throw new AuthenticationRequired();
    const digest = digestOf(token);
    return this.known.get(digest) ?? this.once(digest, token, requestId);
  }

  /** Whether these credentials were verified before and have not expired: costs no signature. */
  knows(authorization: string | undefined): boolean {
    const token = tokenIn(authorization);
    return token !== undefined && this.vouched.has(digestOf(token));
  }

  /** A client that starts with many requests at once is verified, and its user made, by the first of them. */
  private once(digest: string, token: string, requestId: string): Promise<Caller> {
    const started = this.underWay.get(digest);
    if (started) return started;
    const work = this.resolve(digest, token, requestId).finally(() => this.underWay.delete(digest));
    this.underWay.set(digest, work);
    return work;
  }

  private async resolve(digest: string, token: string, requestId: string): Promise<Caller> {
    const { expiresAt, ...identity } = await this.verifier.verify(token);
    const context = new ExecutionContext({ kind: 'system', id: 'authentication' }, requestId);
    const { user_id: userId } = await this.commands.execute(new ProvisionUser(context, identity));
    const caller = callerFor(userId);
    const ttl = expiresAt * 1000 - Date.now();
    if (ttl > 0) {
      this.known.set(digest, caller, { ttl: Math.min(ttl, longestCopyMs) });
      this.vouched.set(digest, true, { ttl });
    }
    return caller;
  }
}

const tokenIn = (authorization: string | undefined) => bearer.exec(authorization ?? '')?.[1];
const digestOf = (token: string) => hash('sha256', token, 'base64');
const callerFor = (userId: UserId): Caller => ({ userId, actor: { kind: 'user', id: userId } });
