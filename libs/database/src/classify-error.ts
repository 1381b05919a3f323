import { DomainError } from '#kernel';
import { ConstraintViolation, DatabaseUnavailable } from './database.ts';

interface DriverError extends Error {
  readonly code?: string;
  readonly constraint?: string;
}

/**
 * Connection lost, server starting or stopping, out of connections, statement, lock or idling timeout, read-only standby; or a
 * statement that one of these kept from being prepared, met by those sent right behind it.
 */
const unavailable = /^(08|53|57|58|25P03$|55P03$|25006$|26000$)/;
const network = /^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN)/;
const connectionText =
  /connection (terminated|error|ended)|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed/i;

/** Deadlock or serialization failure: the same work in a new transaction may pass. */
export function isRetryable(error: unknown): boolean {
  const code = (error as DriverError | null)?.code;
  return code === '40P01' || code === '40001';
}

/** The one place where SQLSTATEs and socket errors become errors of this product. What it does not know stays as it is. */
export function classifyDatabaseError(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof DomainError || isRetryable(error)) return error;
  const { code = '', constraint, message } = error as DriverError;
  if (code.startsWith('23')) return new ConstraintViolation(constraint ?? '', code, error);
  if (network.test(code) || connectionText.test(message)) return new DatabaseUnavailable(error);
  return code.length === 5 && unavailable.test(code) ? new DatabaseUnavailable(error) : error;
}
