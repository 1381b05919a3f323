import type { FastifyRequest } from 'fastify';
import { describe, expect, it } from 'vitest';
import { InvalidHeader } from '../validation/validation-failed.ts';
import { traceparentOf } from './request-id.ts';
import { idempotencyOf, prefersAsync } from './request-preferences.ts';

const request = (key: string | undefined, url = '/v1/tenants', body = '{}', method = 'POST') =>
  ({ method, url, rawBody: Buffer.from(body), headers: { 'idempotency-key': key } }) as unknown as FastifyRequest;

describe('H-4 Idempotency-Key', () => {
  it('H-4 is bound to method, path and body', () => {
    const fingerprints = [
      request('k'),
      request('k', '/v1/tenants?x'),
      request('k', '/v1/tenants', '{ }'),
      request('k', '/v1/tenants', '{}', 'PUT'),
    ].map((sent) => idempotencyOf(sent, 'user:1')?.fingerprint);
    expect(new Set(fingerprints).size).toBe(4);
    expect(idempotencyOf(request('k'), 'user:1')).toEqual(idempotencyOf(request('k'), 'user:1'));
  });

  it('is optional', () => expect(idempotencyOf(request(undefined), 'user:1')).toBeUndefined());

  it.each(['', ' ', 'a b', 'a\tb', 'ä', 'x'.repeat(256), 'a, b'])('H-4 %j is refused', (key) => {
    expect(() => idempotencyOf(request(key), 'user:1')).toThrow(InvalidHeader);
  });
});

describe('P-6 Prefer', () => {
  it.each([
    ['respond-async', true],
    ['Respond-Async', true],
    ['wait=10, respond-async', true],
    ['respond-async; foo=bar', true],
    ['return=minimal', false],
    ['respond-asynchronously', false],
    [undefined, false],
  ])('%s', (header, expected) => expect(prefersAsync(header)).toBe(expected));
});

describe('traceparent', () => {
  const valid = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
  it('is passed on when it has the form of one', () => expect(traceparentOf(valid)).toBe(valid));
  it.each([undefined, 'x', `${valid}x`, valid.replace('00-', '01-'), '00-00000000000000000000000000000000-00f067aa0ba902b7-01'])(
    'is dropped otherwise: %s',
    (sent) => expect(traceparentOf(sent)).toBeUndefined(),
  );
});
