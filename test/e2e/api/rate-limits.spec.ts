import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Answer } from './support/api-client.ts';
import { ApiClient } from './support/api-client.ts';
import { ApiStack } from './support/api-stack.ts';

const perUser = 20;
const perAddress = 10;
let stack: ApiStack;

beforeAll(async () => {
  const limits = { RATE_LIMIT_USER_PER_MINUTE: String(perUser), RATE_LIMIT_ADDRESS_PER_MINUTE: String(perAddress) };
  // The tests stand where a proxy would: each names the client whom it speaks for.
  stack = await ApiStack.start({ env: { ...limits, TRUSTED_PROXIES: '127.0.0.1' } });
});
afterAll(() => stack?.stop());

const from = (address: string) => ({ 'x-forwarded-for': address });
const statusesOf = (answers: readonly Answer[]) => answers.map(({ status }) => status);

/** So many requests at once. */
const burst = (size: number, ask: (at: number) => Promise<Answer>) => Promise.all(Array.from({ length: size }, (_, at) => ask(at)));

describe('H-5 rate limits of the running server', () => {
  it('H-5 a user gets the quota at once, from wherever and with whichever token, and then 429 with Retry-After', async () => {
    const tokens = [await stack.as('ada', { jti: '1' }), await stack.as('ada', { jti: '2' })];
    const answers = await burst(perUser + 10, (at) => (tokens[at % 2] as ApiClient).get('/v1/me', from(`192.0.2.${at}`)));
    expect(statusesOf(answers).filter((status) => status === 200)).toHaveLength(perUser);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(10);
    for (const { status, body, headers } of refused) {
      expect([status, body.code, headers.get('ratelimit-policy')]).toEqual([429, 'rate_limited', `"user";q=${perUser};w=60`]);
      expect(Number(headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(3);
      expect(headers.get('ratelimit')).toMatch(/^"user";r=0;t=\d+$/);
    }
    expect((await (await stack.as('bob')).get('/v1/me')).status).toBe(200);
  });

  it('H-5 a refused change changes nothing', async () => {
    const carol = await stack.as('carol');
    const answers = await burst(perUser + 5, (at) => carol.post('/v1/tenants', { name: `n${at}`, slug: `carol-${at}` }));
    expect(new Set(statusesOf(answers))).toEqual(new Set([201, 429]));
    const { body } = await (await stack.as('root')).get('/v1/tenants?scope=all&page_size=200');
    const made = (body.items as { slug: string }[]).filter(({ slug }) => slug.startsWith('carol-'));
    expect(made).toHaveLength(answers.filter(({ status }) => status === 201).length);
  });

  it('H-5 failed tokens use up the quota of their address, and of no other', async () => {
    const guess = (address: string) => new ApiClient(stack.api.url, 'a.b.c').get('/v1/me', from(address));
    const answers = await burst(perAddress, () => guess('198.51.100.1'));
    expect(new Set(statusesOf(answers))).toEqual(new Set([401]));
    expect((await guess('198.51.100.1')).body.code).toBe('rate_limited');
    expect((await stack.nobody.get('/openapi.json', from('198.51.100.1'))).status).toBe(429);
    expect((await guess('198.51.100.2')).status).toBe(401);
  });

  it('H-5 whoever shares the address and is known goes on; who is not must wait', async () => {
    const dave = await stack.as('dave');
    expect((await dave.get('/v1/me', from('198.51.100.3'))).status).toBe(200);
    for (let i = 0; i <= perAddress; i += 1) await stack.nobody.get('/v1/me', from('198.51.100.3'));
    expect((await dave.get('/v1/me', from('198.51.100.3'))).status).toBe(200);
    const stranger = await (await stack.as('erin')).get('/v1/me', from('198.51.100.3'));
    expect([stranger.status, stranger.headers.get('ratelimit-policy')]).toEqual([429, `"address";q=${perAddress};w=60`]);
  });

  it('H-5 a good token that was never seen costs its address nothing', async () => {
    const people = await Promise.all(Array.from({ length: perAddress * 2 }, (_, at) => stack.as(`clerk-${at}`)));
    const answers = await Promise.all(people.map((person) => person.get('/v1/me', from('198.51.100.4'))));
    expect(new Set(statusesOf(answers))).toEqual(new Set([200]));
  });

  it('H-5 health and metrics are answered at any rate', async () => {
    for (const path of ['/healthz', '/readyz', '/metrics']) {
      const answers = await burst(perAddress * 3, () => stack.nobody.get(path, from('198.51.100.5')));
      expect(new Set(statusesOf(answers)), path).toEqual(new Set([200]));
    }
  });
});

/** Sends bytes as they are and reads until the server hangs up. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(stack.api.port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (received += chunk.toString()));
    socket.on('close', () => resolve(received)).on('error', reject);
  });
}

describe('H-5 limits of size', () => {
  it('H-5 a body that never says how long it is, is cut off at the limit', async () => {
    const gus = await stack.as('gus');
    const chunk = `${(16_384).toString(16)}\r\n${' '.repeat(16_384)}\r\n`;
    const head = `POST /v1/tenants HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nAuthorization: Bearer ${gus.token}\r\n`;
    const answer = await raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(17)}0\r\n\r\n`);
    expect(answer).toContain('HTTP/1.1 413');
    expect(answer).toContain('"code":"body_too_large"');
  });

  it('H-5 headers over 16 KiB and URLs over 8 KiB are refused, each with its code', async () => {
    const path = (length: number) => `GET /${'x'.repeat(length - 1)} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n`;
    expect(await raw(`${path(8_192)}\r\n`)).toContain('"code":"route_not_found"');
    expect(await raw(`${path(8_193)}\r\n`)).toContain('"code":"url_too_long"');
    expect(await raw(`${path(10)}X: ${'a'.repeat(16_384)}\r\n\r\n`)).toContain('"code":"headers_too_large"');
  });
});
