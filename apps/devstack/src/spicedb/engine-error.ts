import { status } from '@grpc/grpc-js';

/** What a caller is told: a gRPC status code and SpiceDB's own words. */
export interface GrpcStatus {
  readonly code: status;
  readonly details: string;
}

/** The engine spells codes as Go does; `Canceled` is the one that differs from gRPC's own name by more than case. */
const CODES: Readonly<Record<string, status>> = {
  OK: status.OK,
  Canceled: status.CANCELLED,
  Unknown: status.UNKNOWN,
  InvalidArgument: status.INVALID_ARGUMENT,
  DeadlineExceeded: status.DEADLINE_EXCEEDED,
  NotFound: status.NOT_FOUND,
  AlreadyExists: status.ALREADY_EXISTS,
  PermissionDenied: status.PERMISSION_DENIED,
  ResourceExhausted: status.RESOURCE_EXHAUSTED,
  FailedPrecondition: status.FAILED_PRECONDITION,
  Aborted: status.ABORTED,
  OutOfRange: status.OUT_OF_RANGE,
  Unimplemented: status.UNIMPLEMENTED,
  Internal: status.INTERNAL,
  Unavailable: status.UNAVAILABLE,
  DataLoss: status.DATA_LOSS,
  Unauthenticated: status.UNAUTHENTICATED,
};

const PATTERN = /^rpc error: code = (\w+) desc = ([\s\S]*)$/;

/** The engine hands errors over as one line of text, `rpc error: code = X desc = Y`; clients must get the status it stood for. */
export function grpcStatusOf(error: unknown): GrpcStatus {
  const text = error instanceof Error ? error.message : String(error);
  const [, name = '', details = text] = PATTERN.exec(text) ?? [];
  return { code: CODES[name] ?? status.UNKNOWN, details };
}
