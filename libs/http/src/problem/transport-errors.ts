/** What the protocol itself refuses, before any rule of this product is asked: its status is fixed by HTTP, not by a kind. */
export interface TransportError {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
}

const malformed = (code: string, detail: string): TransportError => ({ status: 400, code, detail });
const malformedRequest = malformed('malformed_request', 'The request is not well-formed HTTP.');
const bodyTooLarge: TransportError = {
  status: 413,
  code: 'body_too_large',
  detail: 'The request body is larger than this server accepts.',
};

export const routeNotFound: TransportError = { status: 404, code: 'route_not_found', detail: 'There is nothing at this path.' };
export const methodNotAllowed: TransportError = {
  status: 405,
  code: 'method_not_allowed',
  detail: 'This path does not support the method; see the Allow header.',
};
export const malformedUrl = malformed('malformed_url', 'The request target is not a valid, percent-encoded URL.');
export const urlTooLong: TransportError = { status: 414, code: 'url_too_long', detail: 'The request target is longer than 8 KiB.' };
export const headersTooLarge: TransportError = { status: 431, code: 'headers_too_large', detail: 'The request headers are too large.' };
export const requestTimeout: TransportError = { status: 408, code: 'request_timeout', detail: 'The request did not arrive in time.' };
export const internalError: TransportError = { status: 500, code: 'internal_error', detail: 'Something went wrong on our side.' };

/** By the code of the error: Fastify's own and, for what its HTTP parser refuses, Node's. */
const byCode: Readonly<Record<string, TransportError>> = {
  FST_ERR_BAD_URL: malformedUrl,
  FST_ERR_MAX_PARAM_LENGTH: routeNotFound,
  FST_ERR_NOT_FOUND: routeNotFound,
  FST_ERR_CTP_BODY_TOO_LARGE: bodyTooLarge,
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: malformed('malformed_request', 'The body does not have the length that Content-Length states.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: {
    status: 415,
    code: 'unsupported_media_type',
    detail: 'Send application/json, or application/merge-patch+json for a PATCH.',
  },
  FST_ERR_CTP_EMPTY_JSON_BODY: malformed('malformed_json', 'The body is empty, but its Content-Type says JSON.'),
  FST_ERR_CTP_INVALID_JSON_BODY: malformed('malformed_json', 'The body is not valid JSON.'),
  HPE_HEADER_OVERFLOW: headersTooLarge,
  ERR_HTTP_REQUEST_TIMEOUT: requestTimeout,
};

/** For errors that carry only a status: what middle layers (static files, the framework) throw. */
const byStatus: Readonly<Record<number, TransportError>> = {
  400: malformedRequest,
  404: routeNotFound,
  405: methodNotAllowed,
  408: requestTimeout,
  413: bodyTooLarge,
  414: urlTooLong,
  431: headersTooLarge,
};

export function transportErrorOfCode(code: unknown): TransportError | undefined {
  return typeof code === 'string' && Object.hasOwn(byCode, code) ? byCode[code] : undefined;
}

/** A 4xx nobody named is still the caller's: it keeps its class, never becomes a 500. */
export function transportErrorOfStatus(status: number): TransportError {
  const known = byStatus[status];
  if (known) return known;
  return status >= 400 && status < 500 ? malformedRequest : internalError;
}

export { malformedRequest };
