import type { DeclaredRoute } from '#http';

const shown = (description: string, schema: object = { type: 'string' }, required = false) => ({
  description,
  schema: { type: 'string', ...schema },
  ...(required && { required }),
});

/** `components.headers` */
export const headerComponents: Record<string, object> = {
  'X-Request-Id': shown('Yours, or one of ours; every line of our log about this request has it.', {}, true),
  ETag: shown('The version, as a strong entity tag.', { pattern: '^"\\d+"$' }, true),
  'Tenantry-Consistency': shown('Send it back with later requests to see this change.'),
  'Tenantry-Projection': shown('Whether the permission graph has the change already.', { enum: ['applied', 'pending'] }),
  'Idempotency-Replayed': shown('The answer is that of an earlier request.', { enum: ['true'] }),
  'RateLimit-Policy': shown('The limit that applied: `q` requests in `w` seconds.', { pattern: '^"(user|address)";q=\\d+;w=60$' }),
  RateLimit: shown('What is left: `r` requests now, and all of them again in `t` seconds.', {
    pattern: '^"(user|address)";r=\\d+;t=\\d+$',
  }),
  'Retry-After': shown('Seconds after which it is worth trying again.', { pattern: '^\\d+$' }),
  'WWW-Authenticate': shown('The challenge of RFC 6750.', {}, true),
};

/** Headers of a successful answer. */
export function answerHeaders({ idempotency, versioned, rateLimited, access }: DeclaredRoute): Record<string, object> {
  const isPublic = access.kind === 'public';
  const names = [
    'X-Request-Id',
    ...(rateLimited ? ['RateLimit', 'RateLimit-Policy'] : []),
    ...(versioned && !isPublic ? ['ETag'] : []),
    ...(idempotency !== 'safe' && !isPublic ? ['Tenantry-Consistency', 'Tenantry-Projection'] : []),
    ...(idempotency === 'key' && !isPublic ? ['Idempotency-Replayed'] : []),
  ];
  return Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
}
