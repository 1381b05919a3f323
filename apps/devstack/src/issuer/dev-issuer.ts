import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { SignJWT } from 'jose';
import type { SigningKey } from './signing-key.ts';
import { InvalidTokenRequest, tokenRequest, type TokenRequest } from './token-request.ts';

export interface IssuerOptions {
  /** The `iss` of every token. It names the same users after a restart, so it outlives a change of port. */
  readonly issuer: string;
  readonly audience: string;
  readonly key: SigningKey;
}

const BODY_LIMIT = 16_384;

/**
 * An OpenID Connect issuer for development: discovery, keys, and a token for whoever asks, by name. It proves nothing
 * about anybody. Hence loopback only, and only under a loopback name, so that no web page reaches it through DNS.
 */
export class DevIssuer {
  readonly #server: Server;
  #url = '';

  constructor(private readonly options: IssuerOptions) {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        const invalid = error instanceof InvalidTokenRequest;
        reply(response, invalid ? 400 : 500, {
          error: invalid ? 'invalid_request' : 'server_error',
          error_description: invalid ? error.message : undefined,
        });
      });
    });
  }

  /** @returns its URL */
  listen(port: number): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host: '127.0.0.1', port }, () => {
        const address = this.#server.address();
        this.#url = `http://127.0.0.1:${address && typeof address === 'object' ? address.port : port}`;
        resolve(this.#url);
      });
    });
  }

  get jwksUri(): string {
    return `${this.#url}/jwks`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  token(request: TokenRequest): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { issuer, key } = this.options;
    return new SignJWT({ email: request.email, email_verified: request.emailVerified, name: request.name })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'JWT' })
      .setIssuer(issuer)
      .setSubject(request.sub)
      .setAudience(request.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + request.lifetime)
      .sign(key.privateKey);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isLoopbackName(request.headers.host)) return reply(response, 403, { error: 'only reachable as 127.0.0.1 or localhost' });
    const route = `${request.method} ${request.url?.split('?')[0]}`;
    if (route === 'GET /.well-known/openid-configuration') return reply(response, 200, this.#discovery());
    if (route === 'GET /jwks') return reply(response, 200, { keys: [this.options.key.publicJwk] });
    if (route !== 'POST /token') return reply(response, 404, { error: 'not_found' });
    const wanted = tokenRequest(await jsonBody(request), this.options.audience);
    reply(response, 200, { access_token: await this.token(wanted), token_type: 'Bearer', expires_in: wanted.lifetime });
  }

  #discovery(): object {
    return {
      issuer: this.options.issuer,
      jwks_uri: this.jwksUri,
      token_endpoint: `${this.#url}/token`,
      response_types_supported: ['token'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
    };
  }
}

function isLoopbackName(host: string | undefined): boolean {
  return host !== undefined && /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host);
}

/** Only JSON: a form could be sent by any web page without asking. */
async function jsonBody(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    throw new InvalidTokenRequest('send JSON: content-type application/json');
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) throw new InvalidTokenRequest('the body is too large');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new InvalidTokenRequest('the body is not JSON');
  }
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
