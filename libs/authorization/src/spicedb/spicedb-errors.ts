import { status } from '@grpc/grpc-js';
import {
  AuthorizationUnavailable,
  GraphSchemaMissing,
  InvalidGraphRequest,
  InvalidGraphSchema,
  InvalidGraphToken,
  InvalidRelationship,
  PreconditionNotMet,
} from '../errors.ts';

export type EngineOperation = 'check' | 'read' | 'write' | 'schema';

/** What is known of a failed call, from wherever it came: a gRPC error, or the status of one item of a bulk check. */
interface Failure {
  readonly code: number;
  readonly text: string;
  /** `ERROR_REASON_…` of google.rpc.ErrorInfo, when the server sent details (SpiceDB does, an embedded engine may not). */
  readonly reason: string;
}

/**
 * The one place that turns what SpiceDB answers into errors of this product. In doubt it is an outage: failing closed and
 * trying again is right for every fault but a request that can never pass.
 */
export function classified(error: unknown, operation: EngineOperation): Error {
  const failure = failureOf(error);
  switch (failure.code) {
    case status.FAILED_PRECONDITION:
    case status.NOT_FOUND:
      return unmetState(failure, operation, error);
    case status.INVALID_ARGUMENT:
    case status.OUT_OF_RANGE:
    case status.ALREADY_EXISTS:
      return refused(failure, operation, error);
    case status.INTERNAL:
      // grpc-js reports a message that it cannot even serialise as INTERNAL: no retry can help that.
      return failure.text.startsWith('Request message serialization failure')
        ? refused(failure, operation, error)
        : new AuthorizationUnavailable(error);
    case status.UNKNOWN:
      return isForeignToken(failure) ? new InvalidGraphToken(error) : new AuthorizationUnavailable(error);
    default:
      return new AuthorizationUnavailable(error);
  }
}

function unmetState(failure: Failure, operation: EngineOperation, cause: unknown): Error {
  if (operation === 'schema') return new InvalidGraphSchema(cause);
  if (says(failure, 'WRITE_OR_DELETE_PRECONDITION_FAILURE', /^unable to satisfy (write|delete) precondition/))
    return new PreconditionNotMet(cause);
  const unknownName =
    says(failure, 'UNKNOWN_DEFINITION', /^object definition `.*` not found/) ||
    says(failure, 'UNKNOWN_RELATION_OR_PERMISSION', /^relation\/permission `.*` not found under definition/) ||
    /^no schema has been defined/.test(failure.text);
  return unknownName ? new GraphSchemaMissing(cause) : new AuthorizationUnavailable(cause);
}

function refused(failure: Failure, operation: EngineOperation, cause: unknown): Error {
  if (isForeignToken(failure) || /^invalid revision|^invalid zedtoken|^error decoding zedtoken/i.test(failure.text))
    return new InvalidGraphToken(cause);
  // The place of a long read is lost with its revision: read again from the start.
  if (says(failure, 'INVALID_CURSOR', /^invalid cursor/)) return new AuthorizationUnavailable(cause);
  if (operation === 'schema') return new InvalidGraphSchema(cause);
  if (operation !== 'write') return new InvalidGraphRequest(cause);
  if (says(failure, 'TOO_MANY_UPDATES_IN_REQUEST', /^too many updates/)) return new RangeError(failure.text, { cause });
  return new InvalidRelationship(cause);
}

const isForeignToken = ({ text }: Failure) => text.startsWith('ZedToken specified references a different datastore');

function says({ reason, text }: Failure, name: string, words: RegExp): boolean {
  return reason === '' ? words.test(text) : reason === `ERROR_REASON_${name}`;
}

function failureOf(error: unknown): Failure {
  const { code, details, message, metadata } = (error ?? {}) as {
    code?: unknown;
    details?: unknown;
    message?: unknown;
    metadata?: unknown;
  };
  return {
    code: typeof code === 'number' ? code : status.UNKNOWN,
    // grpc-js puts the server's text into `details` and `<code> <NAME>: <text>` into `message`; a bulk item has a plain `message`.
    text: typeof details === 'string' ? details : typeof message === 'string' ? message : '',
    reason: reasonIn(Array.isArray(details) ? details.map(valueOf) : trailerOf(metadata)),
  };
}

const valueOf = (detail: unknown): unknown => (detail as { value?: unknown } | null)?.value;

function trailerOf(metadata: unknown): unknown[] {
  const carrier = metadata as { get?: (key: string) => unknown[] } | undefined;
  return typeof carrier?.get === 'function' ? carrier.get('grpc-status-details-bin') : [];
}

/**
 * The reason is the only text of this form in an encoded ErrorInfo, and protobuf keeps strings as they are: looking for it
 * spares a decoder for google.rpc.Status, which no dependency exports.
 */
function reasonIn(encoded: readonly unknown[]): string {
  for (const bytes of encoded) {
    if (!(bytes instanceof Uint8Array)) continue;
    const found = /ERROR_REASON_[A-Z_]+/.exec(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
    if (found !== null) return found[0];
  }
  return '';
}
