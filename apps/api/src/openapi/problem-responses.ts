import { problemMediaType, type DeclaredRoute } from '#http';

interface ProblemResponse {
  /** Its name among the components. */
  readonly name: string;
  readonly description: string;
  readonly headers?: readonly string[];
}

const counted = ['RateLimit', 'RateLimit-Policy'];

const problems: Readonly<Record<number, ProblemResponse>> = {
  400: { name: 'Malformed', description: 'A header, cursor, token or the JSON itself is malformed', headers: counted },
  401: { name: 'Unauthenticated', description: 'No access token, or one that is refused', headers: ['WWW-Authenticate', ...counted] },
  403: { name: 'Forbidden', description: 'Known to you, but not allowed', headers: counted },
  404: { name: 'NotFound', description: 'Absent, or none of your business: the two cannot be told apart', headers: counted },
  408: { name: 'RequestTimeout', description: 'The request did not arrive in time' },
  409: { name: 'Conflict', description: 'In conflict with the current state', headers: ['Retry-After', ...counted] },
  410: { name: 'Archived', description: 'The workspace is archived', headers: counted },
  412: { name: 'VersionMismatch', description: 'If-Match names another version than the current one', headers: counted },
  413: { name: 'BodyTooLarge', description: 'The body is too large', headers: counted },
  414: { name: 'UrlTooLong', description: 'Path and query are too long' },
  415: { name: 'UnsupportedMediaType', description: 'The body is not JSON', headers: counted },
  422: { name: 'Invalid', description: 'Not what this route takes', headers: counted },
  428: { name: 'IfMatchRequired', description: 'If-Match is missing', headers: counted },
  429: { name: 'TooManyRequests', description: 'Over the rate limit of the user or the address', headers: ['Retry-After', ...counted] },
  431: { name: 'HeadersTooLarge', description: 'Request line and headers are too large' },
  500: { name: 'InternalError', description: 'A fault of the server', headers: counted },
  503: { name: 'Unavailable', description: 'An engine is out of reach', headers: ['Retry-After', ...counted] },
};

/** What the server itself refuses, whatever the route. */
const ofEveryRoute = [408, 414, 431, 500];

/** Every status that the declaration of a route makes possible, beside its success. */
export function problemStatusesOf({ access, idempotency, rateLimited, takesBody, url, method }: DeclaredRoute): readonly number[] {
  const statuses = new Set(ofEveryRoute);
  const add = (...more: number[]) => more.forEach((status) => statuses.add(status));
  if (rateLimited) add(429);
  if (access.kind !== 'public') {
    add(400, 401, 403, 422, 503);
    // What the platform is asked to act upon is named by the path or by the body: an event, a shard, a tenant.
    if (access.kind === 'permission' || url.includes(':') || (access.kind === 'platform' && takesBody)) add(404);
    if (access.kind === 'permission' && /\/workspaces\b/.test(url)) add(410);
  }
  if (takesBody) add(400, 422);
  if (method !== 'GET') add(409, 413, 415);
  if (idempotency !== 'safe') add(412);
  if (idempotency === 'natural') add(428);
  return [...statuses].sort();
}

export const problemResponses = (route: DeclaredRoute): Record<string, object> =>
  Object.fromEntries(
    problemStatusesOf(route).map((status) => [status, { $ref: `#/components/responses/${problems[status]?.name ?? 'InternalError'}` }]),
  );

const toHeader = (name: string) => [name, { $ref: `#/components/headers/${name}` }] as const;

/** `components.responses`: each problem once, however many routes can answer with it. */
export const problemComponents: Record<string, object> = Object.fromEntries(
  Object.values(problems).map(({ name, description, headers = [] }) => [
    name,
    {
      description,
      headers: Object.fromEntries(['X-Request-Id', ...headers].map(toHeader)),
      content: { [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } } },
    },
  ]),
);

/** Every error has it. */
export const problemSchema = {
  type: 'object',
  description: `Every error: ${problemMediaType}, RFC 9457. docs/errors has a page for each code.`,
  required: ['type', 'title', 'status', 'detail', 'code', 'request_id'],
  properties: {
    type: { type: 'string', format: 'uri', examples: ['urn:tenantry:error:tenant_not_found'] },
    title: { type: 'string' },
    status: { type: 'integer', minimum: 400, maximum: 599 },
    detail: { type: 'string' },
    code: { type: 'string', pattern: '^[a-z0-9_]+$', examples: ['tenant_not_found'] },
    request_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['detail'],
        properties: {
          pointer: { type: 'string', description: 'JSON Pointer (RFC 6901) into the body' },
          parameter: { type: 'string', description: 'Name of a query parameter' },
          header: { type: 'string', description: 'Name of a header' },
          detail: { type: 'string' },
        },
      },
    },
  },
};
