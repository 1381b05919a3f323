import { InvalidToken } from '#http';
import { DomainError } from '#kernel';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import { IssuerKeys, type IssuerKeysTiming } from './issuer-keys.ts';
import { acceptedAlgorithms, withoutTrailingSlash, type TrustedIssuer } from './trusted-issuer.ts';

/** Clocks of issuers differ from ours: a token counts this much longer and this much earlier than it says. */
export const leewaySeconds = 30;
/** Larger tokens are refused unread. */
export const maxTokenLength = 8_192;

/** What a verified token says about who holds it. */
export interface VerifiedIdentity {
  readonly issuer: string;
  readonly subject: string;
  readonly email: string | null;
  /** True only for the boolean `true`, and for a domain this issuer may speak for. */
  readonly emailVerified: boolean;
  readonly name: string | null;
  /** Seconds since 1970. */
  readonly expiresAt: number;
}

interface Trust {
  readonly trusted: TrustedIssuer;
  readonly keys: IssuerKeys;
}

const textOrNull = (claim: unknown): string | null => (typeof claim === 'string' ? claim : null);

function speaksFor({ emailDomains }: TrustedIssuer, email: string): boolean {
  const domain = email.slice(email.lastIndexOf('@') + 1).toLowerCase();
  return emailDomains.includes('*') || emailDomains.includes(domain);
}

/** In words for the caller. The error itself, as cause, is for the log. */
function refusalOf(error: unknown): InvalidToken {
  if (error instanceof errors.JWTExpired) return new InvalidToken('it has expired', error);
  if (error instanceof errors.JWTClaimValidationFailed) return new InvalidToken(`its claim ${error.claim} is not acceptable`, error);
  if (error instanceof errors.JOSEAlgNotAllowed) return new InvalidToken('its algorithm is not accepted', error);
  if (error instanceof errors.JWKSNoMatchingKey) return new InvalidToken('its issuer has no such key', error);
  if (error instanceof errors.JWSSignatureVerificationFailed) return new InvalidToken('its signature is wrong', error);
  return new InvalidToken('it is not a signed token of the expected form', error);
}

/** Access tokens of OpenID providers, JWS compact: RFC 7519 and RFC 9068. */
export class TokenVerifier {
  private readonly trusts: ReadonlyMap<string, Trust>;

  constructor(
    issuers: readonly TrustedIssuer[],
    private readonly now: () => Date = () => new Date(),
    timing?: IssuerKeysTiming,
  ) {
    this.trusts = new Map(issuers.map((trusted) => [trusted.issuer, { trusted, keys: new IssuerKeys(trusted, timing) }]));
  }

  /** Throws `InvalidToken`, or `IssuerUnavailable` when that cannot be told now. */
  async verify(token: string): Promise<VerifiedIdentity> {
    if (token.length > maxTokenLength) throw new InvalidToken(`it is longer than ${maxTokenLength} characters`);
    const { trusted, keys } = this.trustBehind(token);
    const { payload } = await jwtVerify(token, keys.keyFor, {
      issuer: [trusted.issuer, `${trusted.issuer}/`],
      audience: [...trusted.audiences],
      algorithms: [...trusted.algorithms],
      clockTolerance: leewaySeconds,
      currentDate: this.now(),
      requiredClaims: ['exp', 'sub'],
    }).catch((error: unknown) => {
      throw error instanceof DomainError ? error : refusalOf(error);
    });
    return this.identityIn(payload, trusted);
  }

  /** Only tells where to look for keys: nothing read here is believed before the signature was verified with them. */
  private trustBehind(token: string): Trust {
    const { issuer, algorithm } = peek(token);
    const trust = this.trusts.get(withoutTrailingSlash(issuer));
    if (!trust) throw new InvalidToken('its issuer is not trusted here');
    // Before any key is fetched, so that a symmetric algorithm is refused whatever the issuer publishes.
    const accepted: readonly string[] = acceptedAlgorithms;
    if (!accepted.includes(algorithm)) throw new InvalidToken('its algorithm is not accepted');
    return trust;
  }

  private identityIn(payload: JWTPayload, trusted: TrustedIssuer): VerifiedIdentity {
    const { sub, exp, iat, email, email_verified: verified, name } = payload;
    if (typeof sub !== 'string' || sub === '') throw new InvalidToken('its claim sub is not acceptable');
    if (iat !== undefined && !(typeof iat === 'number' && iat <= this.now().getTime() / 1000 + leewaySeconds)) {
      throw new InvalidToken('its claim iat is not acceptable');
    }
    const address = textOrNull(email);
    return {
      issuer: trusted.issuer,
      subject: sub,
      email: address,
      emailVerified: address !== null && verified === true && speaksFor(trusted, address),
      name: textOrNull(name),
      expiresAt: exp ?? 0,
    };
  }
}

function peek(token: string): { issuer: string; algorithm: string } {
  try {
    const { iss } = decodeJwt(token);
    const { alg } = decodeProtectedHeader(token);
    return { issuer: typeof iss === 'string' ? iss : '', algorithm: alg ?? '' };
  } catch (error) {
    throw refusalOf(error);
  }
}
