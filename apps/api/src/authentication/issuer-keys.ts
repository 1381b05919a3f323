import { DomainError } from '#kernel';
import { createRemoteJWKSet, customFetch, errors, type JWTVerifyGetKey } from 'jose';
import { withoutTrailingSlash, type TrustedIssuer } from './trusted-issuer.ts';

/** The keys of an issuer cannot be fetched now: nothing is known about the token, so it is not refused either. */
export class IssuerUnavailable extends DomainError {
  override readonly kind = 'unavailable';
  override readonly code = 'issuer_unavailable';

  constructor(cause: unknown) {
    super('The token issuer cannot be reached right now.', { cause, retryAfterSeconds: 2 });
  }
}

export interface IssuerKeysTiming {
  /** How long a fetch may take. */
  readonly timeoutMs: number;
  /** How long keys are used before they are fetched again. */
  readonly maxAgeMs: number;
  /** An unknown key id makes the keys be fetched again, but not sooner than this after the last time. */
  readonly cooldownMs: number;
  /** How long after a failed fetch the next one is tried; until then it counts as failed. */
  readonly retryAfterMs: number;
}

export const defaultTiming: IssuerKeysTiming = { timeoutMs: 3_000, maxAgeMs: 600_000, cooldownMs: 10_000, retryAfterMs: 1_000 };

type Keys = ReturnType<typeof createRemoteJWKSet>;

/** The signing keys of one issuer, fetched when first needed and when a token names one that is not known yet. */
export class IssuerKeys {
  private keys: Promise<Keys> | undefined;
  private failedAt = -Infinity;

  constructor(
    private readonly trusted: TrustedIssuer,
    private readonly timing: IssuerKeysTiming = defaultTiming,
  ) {}

  /** For `jwtVerify`. Throws `IssuerUnavailable`, or jose's own error when the issuer has no such key. */
  readonly keyFor: JWTVerifyGetKey = async (header, token) => {
    try {
      const keys = await this.located();
      return await keys(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) throw error;
      throw new IssuerUnavailable(error);
    }
  };

  private located(): Promise<Keys> {
    this.keys ??= this.locate().catch((error: unknown) => {
      this.keys = undefined;
      throw error;
    });
    return this.keys;
  }

  private async locate(): Promise<Keys> {
    const { timeoutMs, maxAgeMs, cooldownMs } = this.timing;
    const address = this.trusted.jwksUri ?? (await this.discovered());
    const durations = { timeoutDuration: timeoutMs, cacheMaxAge: maxAgeMs, cooldownDuration: cooldownMs };
    return createRemoteJWKSet(new URL(address), { ...durations, [customFetch]: (url, options) => this.fetch(url, options) });
  }

  /** OpenID Connect Discovery 1.0, section 4: a document that names another issuer is not to be believed. */
  private async discovered(): Promise<string> {
    const signal = AbortSignal.timeout(this.timing.timeoutMs);
    const answer = await this.fetch(`${this.trusted.issuer}/.well-known/openid-configuration`, { signal, redirect: 'error' });
    const { issuer, jwks_uri: jwksUri } = (await answer.json()) as { issuer?: unknown; jwks_uri?: unknown };
    if (typeof issuer !== 'string' || withoutTrailingSlash(issuer) !== this.trusted.issuer)
      throw new Error('discovery names another issuer');
    if (typeof jwksUri !== 'string') throw new Error('discovery names no jwks_uri');
    return jwksUri;
  }

  /** One failure stands for all attempts of the next moment, so that tokens with made-up key ids cannot make us hammer an issuer in trouble. */
  private async fetch(url: string, options: RequestInit): Promise<Response> {
    if (performance.now() - this.failedAt < this.timing.retryAfterMs) throw new Error('the last fetch failed a moment ago');
    try {
      const answer = await fetch(url, options);
      if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
      return answer;
    } catch (error) {
      this.failedAt = performance.now();
      throw error;
    }
  }
}
