import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { STATUS_CODES } from 'node:http';

import { failureOfTransport, problemMediaType, problemOf } from '../problem/problem.ts';
import { malformedRequest, transportErrorOfCode } from '../problem/transport-errors.ts';

/** What Node's HTTP parser refuses never becomes a request, so the answer is written by hand. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy(error);
  const failure = failureOfTransport(transportErrorOfCode(error.code) ?? malformedRequest);
  const requestId = randomUUID();
  const body = JSON.stringify(problemOf(failure, requestId));
  socket.end(
    [
      `HTTP/1.1 ${failure.status} ${STATUS_CODES[failure.status]}`,
      `Content-Type: ${problemMediaType}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
      `X-Request-Id: ${requestId}`,
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
