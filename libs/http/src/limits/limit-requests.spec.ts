import { afterEach, describe, expect, it } from 'vitest';
import { createHttpEdge } from '../edge/http-edge.ts';
import { failureOf } from '../problem/problem.ts';
import { sendFailure } from '../problem/problem-filter.ts';
import { AuthenticationRequired } from '../problem/unauthenticated.ts';
import { chargeUser, limitAddresses } from './limit-requests.ts';
import { RateLimits } from './rate-limiter.ts';

type Headers = Record<string, string>;
const good = { authorization: 'Bearer good' };
let stop: () => Promise<void>;

/** One route of each kind; the token `good` belongs to a user and is known from before. */
async function serverWith({ user = 600, address = 3, trustedProxies = [] as string[] } = {}) {
  const { instance } = createHttpEdge([], trustedProxies);
  const limits = new RateLimits({ user, address }, { now: () => 1_000 });
  limitAddresses(instance, limits, (authorization) => authorization === good.authorization);
  instance.setErrorHandler((error, request, reply) => sendFailure(reply, request, failureOf(error)));
  const idempotency = 'safe';
  instance.get('/open', { config: { access: { kind: 'public' }, idempotency } }, () => ({}));
  instance.get('/healthz', { config: { access: { kind: 'public' }, idempotency, rateLimited: false } }, () => ({}));
  const guarded = { access: { kind: 'authenticated' as const } };
  instance.get('/mine', { config: { ...guarded, idempotency } }, (request, reply) => {
    if (request.headers.authorization !== good.authorization) throw new AuthenticationRequired();
    chargeUser(limits, 'ada', request, reply);
    return {};
  });
  instance.post('/mine', { config: { ...guarded, idempotency: 'key' } }, () => ({}));
  await instance.ready();
  stop = () => instance.close();
  return (url: string, headers: Headers = {}, payload?: string) =>
    instance.inject({ method: payload === undefined ? 'GET' : 'POST', url, headers, ...(payload !== undefined && { payload }) });
}
afterEach(() => stop());

describe('H-5 limits', () => {
  it('H-5 each answer to a user says what is left, and what is over is refused with the time to wait', async () => {
    const send = await serverWith({ user: 2 });
    const first = await send('/mine', good);
    expect(first.headers).toMatchObject({ 'ratelimit-policy': '"user";q=2;w=60', ratelimit: '"user";r=1;t=30' });
    await send('/mine', good);
    const refused = await send('/mine', good);
    expect(refused.statusCode).toBe(429);
    expect(refused.json()).toMatchObject({ code: 'rate_limited', status: 429 });
    expect(refused.headers).toMatchObject({ 'retry-after': '30', ratelimit: '"user";r=0;t=60' });
  });

  it.each<[string, string, Headers, string | undefined, number]>([
    ['a request without a token', '/mine', {}, undefined, 401],
    ['a bad token', '/mine', { authorization: 'Bearer bad' }, undefined, 401],
    ['a body that cannot be read, whatever the token', '/mine', { ...good, 'content-type': 'application/json' }, '{', 400],
    ['an unknown path', '/nowhere', {}, undefined, 404],
    ['a public route', '/open', {}, undefined, 200],
  ])('H-5 %s counts for its address', async (_what, url, headers, payload, status) => {
    const send = await serverWith();
    for (let left = 2; left >= 0; left -= 1) {
      const answer = await send(url, headers, payload);
      expect([answer.statusCode, answer.headers.ratelimit]).toEqual([status, `"address";r=${left};t=${(3 - left) * 20}`]);
    }
    const refused = await send('/mine', { authorization: 'Bearer other', 'content-type': 'application/json' }, '{');
    expect([refused.statusCode, refused.json().code, refused.headers['retry-after']]).toEqual([429, 'rate_limited', '20']);
  });

  it('H-5 an address that used up its quota goes on for whoever shows a known token, and for monitoring', async () => {
    const send = await serverWith();
    for (let i = 0; i < 5; i += 1) await send('/open');
    expect((await send('/open')).statusCode).toBe(429);
    expect((await send('/mine', good)).statusCode).toBe(200);
    for (let i = 0; i < 5; i += 1) {
      const probed = await send('/healthz');
      expect([probed.statusCode, probed.headers.ratelimit]).toEqual([200, undefined]);
    }
  });

  it('H-5 X-Forwarded-For changes nothing unless it comes from a proxy that the operator named', async () => {
    const send = await serverWith();
    for (let i = 0; i < 3; i += 1) await send('/open', { 'x-forwarded-for': `192.0.2.${i}` });
    expect((await send('/open', { 'x-forwarded-for': '192.0.2.9' })).statusCode).toBe(429);
  });

  it('H-5 behind a named proxy the client is the last address that is no proxy, whatever was written before it', async () => {
    const send = await serverWith({ trustedProxies: ['127.0.0.1', '10.0.0.0/8'] });
    for (let i = 0; i < 3; i += 1) await send('/open', { 'x-forwarded-for': `198.51.100.${i}, 192.0.2.1, 10.1.1.1` });
    expect((await send('/open', { 'x-forwarded-for': '203.0.113.5, 192.0.2.1' })).statusCode).toBe(429);
    expect((await send('/open', { 'x-forwarded-for': '192.0.2.1, 203.0.113.5' })).statusCode).toBe(200);
  });
});
