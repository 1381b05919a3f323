import { InvalidToken } from '#http';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { IssuerUnavailable, defaultTiming } from './issuer-keys.ts';
import { FakeIssuer } from './testing/fake-issuer.ts';
import { TokenVerifier, leewaySeconds } from './token-verifier.ts';
import { acceptedAlgorithms, type TrustedIssuer } from './trusted-issuer.ts';

let issuer: FakeIssuer;
let verifier: TokenVerifier;

const trust = (more: Partial<TrustedIssuer> = {}): TrustedIssuer => ({
  issuer: issuer.url,
  audiences: ['tenantry'],
  algorithms: acceptedAlgorithms,
  emailDomains: ['example.com'],
  ...more,
});
const verifying = (...issuers: TrustedIssuer[]) =>
  new TokenVerifier(issuers, undefined, { ...defaultTiming, timeoutMs: 500, cooldownMs: 0, retryAfterMs: 0 });
const seconds = (offset: number) => Math.floor(Date.now() / 1000) + offset;

beforeEach(async () => {
  issuer = await FakeIssuer.start();
  verifier = verifying(trust());
});
afterEach(() => issuer.stop());

describe('I-1 tokens of a trusted issuer', () => {
  it.each(['RS256', 'PS256', 'ES256', 'EdDSA'])('I-1 signed with %s are accepted', async (algorithm) => {
    const key = await issuer.publish(algorithm);
    await expect(verifier.verify(await issuer.token({ key }))).resolves.toMatchObject({ issuer: issuer.url, subject: 'alice' });
  });

  it('I-1 a key that is new since the last fetch makes the keys be fetched again', async () => {
    await verifier.verify(await issuer.token());
    const key = await issuer.rotate();
    await expect(verifier.verify(await issuer.token({ key }))).resolves.toMatchObject({ subject: 'alice' });
  });

  it('I-1 unknown key ids do not make us hammer the issuer', async () => {
    const calm = new TokenVerifier([trust()], undefined, { ...defaultTiming, cooldownMs: 60_000 });
    await calm.verify(await issuer.token());
    const before = issuer.fetches;
    const key = await issuer.makeKey('RS256');
    for (let i = 0; i < 5; i += 1) await expect(calm.verify(await issuer.token({ key }))).rejects.toThrow(InvalidToken);
    expect(issuer.fetches).toBe(before);
  });

  it('I-1 a trailing slash makes no difference, and one identity', async () => {
    await expect(verifier.verify(await issuer.token({ claims: { iss: `${issuer.url}/` } }))).resolves.toMatchObject({ issuer: issuer.url });
    issuer.claimedIssuer = `${issuer.url}/`;
    await expect(verifying(trust()).verify(await issuer.token())).resolves.toMatchObject({ issuer: issuer.url });
  });

  it('I-1 several issuers, each with its own keys', async () => {
    const other = await FakeIssuer.start();
    const both = verifying(trust(), trust({ issuer: other.url }));
    await expect(both.verify(await other.token())).resolves.toMatchObject({ issuer: other.url });
    await expect(both.verify(await other.token({ claims: { iss: issuer.url } }))).rejects.toThrow(InvalidToken);
    await other.stop();
  });

  it.each<[string, JWTPayload]>([
    ['expired beyond the leeway', { exp: seconds(-leewaySeconds - 5) }],
    ['without expiry', { exp: undefined }],
    ['not valid yet', { nbf: seconds(leewaySeconds + 600) }],
    ['issued in the future', { iat: seconds(leewaySeconds + 600) }],
    ['for another audience', { aud: 'other' }],
    ['for no audience', { aud: undefined }],
    ['without subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['of an unknown issuer', { iss: 'https://evil.example' }],
    ['of no issuer', { iss: undefined }],
    ['of an issuer that only starts alike', { iss: 'http://127.0.0.1' }],
  ])('I-1 %s are refused', async (_what, claims) => {
    await expect(verifier.verify(await issuer.token({ claims }))).rejects.toThrow(InvalidToken);
  });

  it.each<[string, JWTPayload]>([
    ['expired within the leeway', { exp: seconds(-leewaySeconds + 10) }],
    ['valid within the leeway', { nbf: seconds(leewaySeconds - 10), iat: seconds(leewaySeconds - 10) }],
    ['for several audiences', { aud: ['other', 'tenantry'] }],
  ])('I-1 %s are accepted', async (_what, claims) => {
    await expect(verifier.verify(await issuer.token({ claims }))).resolves.toMatchObject({ subject: 'alice' });
  });

  it('I-1 symmetric and missing signatures are refused, without asking for keys', async () => {
    const payload = { iss: issuer.url, aud: 'tenantry', sub: 'alice', exp: seconds(60) };
    const symmetric = await new SignJWT(payload).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('x'.repeat(32)));
    const before = issuer.fetches;
    await expect(verifier.verify(symmetric)).rejects.toThrow(InvalidToken);
    await expect(verifier.verify(new UnsecuredJWT(payload).encode())).rejects.toThrow(InvalidToken);
    expect(issuer.fetches).toBe(before);
  });

  it('I-1 an algorithm this issuer may not use is refused', async () => {
    const strict = verifying(trust({ algorithms: ['ES256'] }));
    await expect(strict.verify(await issuer.token())).rejects.toThrow(InvalidToken);
  });

  it('I-1 a token signed by somebody else under a known key id is refused', async () => {
    const [known, forged] = [await issuer.publish('RS256'), await issuer.makeKey('RS256')];
    await expect(verifier.verify(await issuer.token({ key: { ...forged, kid: known.kid } }))).rejects.toThrow(InvalidToken);
  });

  it.each(['', 'x', 'a.b.c', '..', `${'a'.repeat(9_000)}.b.c`, 'e30.e30.'])('H-5 %.20j is refused, not a failure', async (token) => {
    await expect(verifier.verify(token)).rejects.toThrow(InvalidToken);
  });
});

describe('I-2 an address counts as verified', () => {
  it.each<[string, JWTPayload, boolean]>([
    ['only for the boolean true', { email: 'a@example.com', email_verified: true }, true],
    ['not for the text "true"', { email: 'a@example.com', email_verified: 'true' }, false],
    ['not for 1', { email: 'a@example.com', email_verified: 1 }, false],
    ['not when nothing is said', { email: 'a@example.com' }, false],
    ['not for a domain the issuer may not speak for', { email: 'a@bank.example', email_verified: true }, false],
    ['not for a subdomain of one', { email: 'a@x.example.com', email_verified: true }, false],
    ['whatever the capitals', { email: 'A@EXAMPLE.COM', email_verified: true }, true],
    ['not without an address', { email_verified: true }, false],
    ['not for a list of addresses', { email: ['a@example.com'], email_verified: true }, false],
  ])('I-2 %s', async (_what, claims, emailVerified) => {
    await expect(verifier.verify(await issuer.token({ claims }))).resolves.toMatchObject({ emailVerified });
  });
});

describe('I-8 an issuer that is out of order', () => {
  it('I-8 is an outage, not a refusal, and is over when it is back', async () => {
    issuer.broken = true;
    await expect(verifier.verify(await issuer.token())).rejects.toThrow(IssuerUnavailable);
    issuer.broken = false;
    await expect(verifier.verify(await issuer.token())).resolves.toMatchObject({ subject: 'alice' });
  });

  it('I-8 the same when its keys cannot be fetched again for an unknown key', async () => {
    await verifier.verify(await issuer.token());
    issuer.broken = true;
    const key = await issuer.makeKey('RS256');
    await expect(verifier.verify(await issuer.token({ key }))).rejects.toThrow(IssuerUnavailable);
  });

  it('I-8 keys that are known already go on to count', async () => {
    const known = await issuer.token();
    const calm = new TokenVerifier([trust()], undefined, { ...defaultTiming, cooldownMs: 0 });
    await calm.verify(known);
    issuer.broken = true;
    await expect(calm.verify(await issuer.token({ key: await issuer.makeKey('RS256') }))).rejects.toThrow(IssuerUnavailable);
    await expect(calm.verify(known)).resolves.toMatchObject({ subject: 'alice' });
  });

  it('I-1 discovery that names another issuer is not believed', async () => {
    issuer.claimedIssuer = 'https://evil.example';
    await expect(verifier.verify(await issuer.token())).rejects.toThrow(IssuerUnavailable);
  });

  it('I-8 a failed fetch is not repeated for every request', async () => {
    const calm = new TokenVerifier([trust()], undefined, { ...defaultTiming, retryAfterMs: 60_000 });
    issuer.broken = true;
    for (let i = 0; i < 5; i += 1) await expect(calm.verify(await issuer.token())).rejects.toThrow(IssuerUnavailable);
    expect(issuer.fetches).toBe(1);
  });
});
