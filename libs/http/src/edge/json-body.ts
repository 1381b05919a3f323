import { DomainError } from '#kernel';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { isUtf8 } from 'node:buffer';

export const bodyLimit = 256 * 1024;
export const mergePatchMediaType = 'application/merge-patch+json';

export class MalformedJson extends DomainError {
  override readonly kind = 'malformed';
  override readonly code = 'malformed_json';

  constructor(cause?: unknown) {
    super('The body is not valid JSON in UTF-8.', { cause });
  }
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The bytes that came, for the fingerprint of an Idempotency-Key. */
    rawBody: Buffer | null;
  }
}

/**
 * JSON is the only thing this API reads. An empty body is no body, whatever its Content-Type says, because many clients
 * always send one. `__proto__` and `constructor.prototype` are refused, as Fastify's own parser does.
 */
export function readJsonBodies(instance: FastifyInstance): void {
  instance.decorateRequest('rawBody', null);
  instance.removeAllContentTypeParsers();
  const parse = instance.getDefaultJsonParser('error', 'error');
  instance.addContentTypeParser(
    ['application/json', mergePatchMediaType],
    { parseAs: 'buffer', bodyLimit },
    (request: FastifyRequest, body: Buffer, done: (error: Error | null, parsed?: unknown) => void) => {
      if (body.length === 0) return done(null, undefined);
      if (!isUtf8(body)) return done(new MalformedJson());
      request.rawBody = body;
      void parse(request, body.toString('utf8'), (error, parsed) => done(error ? new MalformedJson(error) : null, parsed));
    },
  );
}
