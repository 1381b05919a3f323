import { DatabaseUnavailable } from '#database';
import { AuthenticationRequired, InvalidToken } from '#http';
import type { UserId } from '#kernel';
import type { CommandBus } from '@nestjs/cqrs';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Authenticator } from './authenticator.ts';
import { IssuerUnavailable } from './issuer-keys.ts';
import type { TokenVerifier, VerifiedIdentity } from './token-verifier.ts';

const userId = '01JD0000000000000000000002' as UserId;
const identity = (more: Partial<VerifiedIdentity> = {}): VerifiedIdentity => ({
  issuer: 'https://id.example.com',
  subject: 'alice',
  email: null,
  emailVerified: false,
  name: null,
  expiresAt: Date.now() / 1000 + 60,
  ...more,
});

let verified: number;
let provisioned: number;
let verify: () => Promise<VerifiedIdentity>;
let provision: () => Promise<unknown>;
let authenticator: Authenticator;

beforeEach(() => {
  [verified, provisioned] = [0, 0];
  verify = () => Promise.resolve(identity());
  provision = () => Promise.resolve({ user_id: userId, status: 'active' });
  const verifier = { verify: () => ((verified += 1), verify()) } as unknown as TokenVerifier;
  const commands = { execute: () => ((provisioned += 1), provision()) } as unknown as CommandBus;
  authenticator = new Authenticator(verifier, commands);
});

const arrive = async (authorization: string | undefined) => authenticator.authenticate(authorization, 'r1');

describe('who is it', () => {
  it('a token is verified and its user looked up once, however often it comes', async () => {
    for (let i = 0; i < 3; i += 1) expect(await arrive('Bearer a.b.c')).toEqual({ userId, actor: { kind: 'user', id: userId } });
    expect([verified, provisioned]).toEqual([1, 1]);
  });

  it('I-2 many first requests at once make one user', async () => {
    await Promise.all(Array.from({ length: 10 }, () => arrive('Bearer a.b.c')));
    expect([verified, provisioned]).toEqual([1, 1]);
  });

  it('I-1 a token that has expired is verified again, whatever was known', async () => {
    verify = () => Promise.resolve(identity({ expiresAt: Date.now() / 1000 - 1 }));
    await arrive('Bearer a.b.c');
    await arrive('Bearer a.b.c');
    expect(verified).toBe(2);
  });

  it('H-5 is known until the token expires, although it is verified again before: a noisy neighbour shuts nobody out', async () => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
    try {
      // At 0 the cache takes an entry for one without a time.
      vi.advanceTimersByTime(1);
      const expiresAt = Date.now() / 1000 + 3_600;
      verify = () => Promise.resolve(identity({ expiresAt }));
      expect(authenticator.knows('Bearer a.b.c')).toBe(false);
      await arrive('Bearer a.b.c');
      vi.advanceTimersByTime(3_599_000);
      expect(authenticator.knows('Bearer a.b.c')).toBe(true);
      await arrive('Bearer a.b.c');
      expect(verified).toBe(2);
      vi.advanceTimersByTime(2_000);
      expect(authenticator.knows('Bearer a.b.c')).toBe(false);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', 'Basic YTpi', 'Token a.b.c', 'Bearer a b', 'Bearer a.b.c, Bearer d'])(
    'no credentials are no credentials: %j',
    async (authorization) => {
      await expect(arrive(authorization)).rejects.toThrow(AuthenticationRequired);
      expect(verified).toBe(0);
    },
  );

  it('the scheme is not case-sensitive', async () => {
    expect(await arrive('bearer a.b.c')).toMatchObject({ userId });
  });

  it('refusals and outages are not remembered', async () => {
    verify = () => Promise.reject(new InvalidToken('it has expired'));
    await expect(arrive('Bearer a.b.c')).rejects.toThrow(InvalidToken);
    verify = () => Promise.reject(new IssuerUnavailable(new Error('down')));
    await expect(arrive('Bearer a.b.c')).rejects.toThrow(IssuerUnavailable);
    verify = () => Promise.resolve(identity());
    expect(await arrive('Bearer a.b.c')).toMatchObject({ userId });
  });

  it('I-8 an outage of the database is an outage, not a refusal', async () => {
    provision = () => Promise.reject(new DatabaseUnavailable(new Error('gone')));
    await expect(arrive('Bearer a.b.c')).rejects.toThrow(DatabaseUnavailable);
  });
});
