import { isUlid } from '#kernel';
import type { IncomingMessage } from 'node:http';
import { randomUUID } from 'node:crypto';

export const requestIdHeader = 'x-request-id';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * A caller's own id (UUID or ULID) is kept; anything else could forge log lines or grow without bound. Ours are UUIDs: a ULID
 * costs sixteen calls for random bytes, which showed in the profile of a small request.
 */
export function requestIdOf(request: IncomingMessage): string {
  const sent = request.headers[requestIdHeader];
  return typeof sent === 'string' && (isUlid(sent) || uuid.test(sent)) ? sent : randomUUID();
}

/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00; anything else is not passed on. */
const traceparentForm = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function traceparentOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && traceparentForm.test(header) ? header : undefined;
}
