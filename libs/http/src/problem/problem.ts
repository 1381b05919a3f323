import { DomainError } from '#kernel';
import { problemTypeOf, titleOfCode } from './error-catalogue.ts';
import { statusOfKind } from './error-status.ts';
import { internalError, transportErrorOfCode, transportErrorOfStatus, type TransportError } from './transport-errors.ts';

export const problemMediaType = 'application/problem+json';

/** One thing that is wrong with the request, and where: a JSON Pointer into the body, or the query parameter or header by name. */
export interface ProblemItem {
  readonly pointer?: string;
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

/** The body of every answer from 400 on: RFC 9457, with `code`, `request_id` and `errors` as extension members. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly request_id: string;
  readonly errors?: readonly ProblemItem[];
}

/** Everything the edge needs to answer an error, whatever was thrown. */
export interface Failure {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors: readonly ProblemItem[];
  readonly headers: Readonly<Record<string, string>>;
  /** True for what nobody threw on purpose: a fault of this product, logged with its cause and never shown. */
  readonly unexpected: boolean;
}

/** Errors that answer with more than a body, such as a challenge, say so themselves. */
export interface CarriesHeaders {
  readonly responseHeaders: Readonly<Record<string, string>>;
}

/** Errors about more than the body name what is wrong themselves. */
export interface CarriesItems {
  readonly items: readonly ProblemItem[];
}

const noHeaders = {};

function ofTransport(error: TransportError, unexpected = false): Failure {
  return { ...error, errors: [], headers: noHeaders, unexpected };
}

function headersOf(error: DomainError & Partial<CarriesHeaders>): Readonly<Record<string, string>> {
  const retry = error.retryAfterSeconds ?? (error.kind === 'unavailable' || error.kind === 'rate_limited' ? 1 : undefined);
  if (retry === undefined) return error.responseHeaders ?? noHeaders;
  return { ...error.responseHeaders, 'retry-after': String(retry) };
}

function ofDomainError(error: DomainError & Partial<CarriesItems>): Failure {
  // What went wrong inside is for the log, in its own words; a caller learns only that it did.
  if (error.kind === 'internal') return ofTransport(internalError, true);
  return {
    status: statusOfKind[error.kind],
    code: error.code,
    detail: error.message,
    errors: error.items ?? error.errors,
    headers: headersOf(error),
    unexpected: false,
  };
}

/** The HTTP layer throws plain errors that state their status; a 5xx of theirs is a fault like any other. */
function ofHttpLayer(error: Error & { code?: unknown; statusCode?: unknown; getStatus?: () => number }): Failure | undefined {
  const known = transportErrorOfCode(error.code) ?? transportErrorOfCode((error.cause as { code?: unknown } | undefined)?.code);
  if (known) return ofTransport(known);
  const status = error.getStatus?.() ?? error.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? ofTransport(transportErrorOfStatus(status)) : undefined;
}

export function failureOf(error: unknown): Failure {
  if (error instanceof DomainError) return ofDomainError(error);
  return (error instanceof Error && ofHttpLayer(error)) || ofTransport(internalError, true);
}

export const failureOfTransport = (error: TransportError): Failure => ofTransport(error);

export function problemOf(failure: Failure, requestId: string): Problem {
  const { status, code, detail, errors } = failure;
  const problem = { type: problemTypeOf(code), title: titleOfCode(code), status, detail, code, request_id: requestId };
  return errors.length === 0 ? problem : { ...problem, errors };
}
