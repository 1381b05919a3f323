import type { IdempotencyRequest } from '#kernel';
import type { FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import { InvalidHeader } from '../validation/validation-failed.ts';

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/**
 * `Idempotency-Key`, as draft-ietf-httpapi-idempotency-key-header has it, bound to who sent it and to what they sent: the
 * same key with another method, path or body is another request. Throws `InvalidHeader`.
 */
export function idempotencyOf(request: FastifyRequest, principal: string): IdempotencyRequest | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || !visibleAscii.test(key))
    throw new InvalidHeader('Idempotency-Key', 'expected 1 to 255 visible ASCII characters');
  const fingerprint = createHash('sha256').update(`${request.method}\n${request.url}\n`);
  if (request.rawBody) fingerprint.update(request.rawBody);
  return { key, principal, fingerprint: fingerprint.digest('hex') };
}

/** RFC 7240: true when the caller would rather not wait for the projection. */
export function prefersAsync(header: string | string[] | undefined): boolean {
  if (header === undefined) return false;
  const preferences = (Array.isArray(header) ? header.join(',') : header).split(',');
  return preferences.some((preference) => preference.split(';')[0]?.trim().toLowerCase() === 'respond-async');
}
