import { SignJWT, exportJWK, generateKeyPair, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

interface SigningKey {
  readonly kid: string;
  readonly algorithm: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

export interface TokenOptions {
  readonly claims?: JWTPayload;
  readonly header?: Record<string, unknown>;
  readonly key?: SigningKey;
}

/** An OpenID provider on a local port that can turn its keys over, claim to be another, and be out of order. */
export class FakeIssuer {
  private published: SigningKey[] = [];
  private server!: Server;
  url = '';
  /** What discovery says; itself unless a test says otherwise. */
  claimedIssuer = '';
  broken = false;
  fetches = 0;

  static async start(): Promise<FakeIssuer> {
    const issuer = new FakeIssuer();
    issuer.server = createServer((request, response) => {
      issuer.fetches += 1;
      if (issuer.broken) return void response.writeHead(500).end();
      const body = request.url?.endsWith('openid-configuration')
        ? { issuer: issuer.claimedIssuer, jwks_uri: `${issuer.url}/jwks` }
        : { keys: issuer.published.map(({ jwk }) => jwk) };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => issuer.server.listen(0, '127.0.0.1', resolve));
    issuer.url = `http://127.0.0.1:${(issuer.server.address() as AddressInfo).port}`;
    issuer.claimedIssuer = issuer.url;
    await issuer.publish('RS256');
    return issuer;
  }

  async makeKey(algorithm: string): Promise<SigningKey> {
    const { publicKey, privateKey } = await generateKeyPair(algorithm, { extractable: true });
    const kid = `key-${Math.random().toString(36).slice(2)}`;
    return { kid, algorithm, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: 'sig' } };
  }

  async publish(algorithm: string): Promise<SigningKey> {
    const key = await this.makeKey(algorithm);
    this.published.push(key);
    return key;
  }

  /** Takes back every key and publishes a new one. */
  async rotate(): Promise<SigningKey> {
    this.published = [];
    return this.publish('RS256');
  }

  async token({ claims = {}, header = {}, key = this.published[0] }: TokenOptions = {}): Promise<string> {
    if (!key) throw new Error('the issuer has no key');
    const now = Math.floor(Date.now() / 1000);
    const payload = { iss: this.url, aud: 'tenantry', sub: 'alice', iat: now, exp: now + 300, ...claims };
    return new SignJWT(payload).setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header }).sign(key.privateKey);
  }

  stop(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
