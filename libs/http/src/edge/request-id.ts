import { isUlid } from '#kernel';
import type { IncomingMessage } from 'node:http';
import { ulid } from 'ulid';

export const requestIdHeader = 'x-request-id';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A caller's own id is kept when it has the form of one; anything else could forge log lines or grow without bound. */
export function requestIdOf(request: IncomingMessage): string {
  const sent = request.headers[requestIdHeader];
  return typeof sent === 'string' && (isUlid(sent) || uuid.test(sent)) ? sent : ulid();
}

/** https://www.w3.org/TR/trace-context/#traceparent-header, version 00; anything else is not passed on. */
const traceparentForm = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

export function traceparentOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && traceparentForm.test(header) ? header : undefined;
}
