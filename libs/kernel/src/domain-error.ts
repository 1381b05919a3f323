/**
 * Why a request failed, as far as a caller can act on it. The HTTP edge maps each kind to exactly one status; adapters
 * classify what their vendor throws into these kinds, so nothing above them knows a driver's error codes.
 */
export type ErrorKind =
  | 'malformed'
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'gone'
  | 'precondition_failed'
  | 'precondition_required'
  | 'payload_too_large'
  | 'rate_limited'
  | 'unsupported'
  | 'unavailable'
  | 'internal';

/** One offending member of the request, by JSON Pointer (RFC 6901) into its body. */
export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

/** The base of every error this product throws on purpose. `message` is public; what must not leave goes into `cause`. */
export abstract class DomainError extends Error {
  abstract readonly kind: ErrorKind;
  /** Stable and documented: one page per code in docs/errors. */
  abstract readonly code: string;
  readonly errors: readonly FieldError[];
  /** For `unavailable` and `rate_limited`: seconds after which a retry is worth it. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, options: { cause?: unknown; errors?: readonly FieldError[]; retryAfterSeconds?: number } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.errors = options.errors ?? [];
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}
