import type { DeclaredRoute } from '#http';

const problem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

const problems: Readonly<Record<number, string>> = {
  400: 'A header, cursor, token or the JSON itself is malformed',
  401: 'No access token, or one that is refused',
  403: 'Known to you, but not allowed',
  404: 'Absent, or none of your business: the two cannot be told apart',
  409: 'In conflict with the current state',
  410: 'Archived',
  412: 'If-Match names another version than the current one',
  413: 'The body is too large',
  415: 'The body is not JSON',
  422: 'Not what this route takes',
  428: 'If-Match is missing',
  500: 'A fault of the server',
  503: 'An engine is out of reach; see Retry-After',
};

/** Every status that the declaration of a route makes possible, beside its success. */
export function problemStatusesOf({ access, idempotency, takesBody, url, method }: DeclaredRoute): readonly number[] {
  if (access.kind === 'public') return [500];
  const statuses = new Set([400, 401, 403, 422, 500, 503]);
  if (access.kind === 'permission' || /:(user|workspace|group)/.test(url)) statuses.add(404);
  if (access.kind === 'permission' && access.resource === 'workspace') statuses.add(410);
  if (method !== 'GET') for (const status of [409, 413, 415]) statuses.add(status);
  if (idempotency === 'natural') statuses.add(428);
  if (idempotency !== 'safe') statuses.add(412);
  if (takesBody) statuses.add(422);
  return [...statuses].sort();
}

export const problemResponses = (route: DeclaredRoute): Record<string, object> =>
  Object.fromEntries(problemStatusesOf(route).map((status) => [status, problem(problems[status] ?? 'An error')]));

const text = (pattern?: string) => ({ type: 'string', ...(pattern && { pattern }) });
const ulid = '^[0-9A-HJKMNP-TV-Z]{26}$';

const header = (name: string, description: string, required = false, schema: object = text()) => ({
  name,
  in: 'header',
  description,
  required,
  schema,
});

/** `tenant` in `/v1/tenants/:tenant/members/:user`, and so on. */
function pathParameters(url: string): object[] {
  const names = url.split('/').filter((part) => part.startsWith(':'));
  return names.map((part) => {
    const name = part.slice(1);
    const isTenant = name === 'tenant';
    return { name, in: 'path', required: true, description: isTenant ? 'Id or slug' : 'Id', schema: isTenant ? text() : text(ulid) };
  });
}

/** Parameters that no handler takes itself: the edge does. */
export function edgeParameters({ access, idempotency, url }: DeclaredRoute): object[] {
  if (access.kind === 'public') return [];
  const consistency = header('Tenantry-Consistency', 'From an earlier answer: read at least that state.');
  const key = header('Idempotency-Key', 'Repeat it with the same request, within 24 hours, to get the first answer again.', false, {
    type: 'string',
    minLength: 1,
    maxLength: 255,
  });
  const match = header('If-Match', 'The ETag of the version you mean.', idempotency === 'natural', { ...text(), example: '"1"' });
  const prefer = header('Prefer', '`respond-async`: do not wait until the change is in the permission graph.');
  return [
    ...pathParameters(url),
    consistency,
    ...(idempotency === 'key' ? [key] : []),
    ...(idempotency === 'natural' ? [match] : []),
    ...(idempotency === 'safe' ? [] : [prefer]),
  ];
}

const shown = (description: string) => ({ description, schema: text() });

/** Headers of a successful answer. */
export function answerHeaders({ idempotency, versioned, access }: DeclaredRoute): Record<string, object> {
  const common = { 'X-Request-Id': shown('Yours, or one of ours; every line of our log about this request has it.') };
  if (access.kind === 'public') return common;
  return {
    ...common,
    ...(versioned && { ETag: shown('The version, as a strong entity tag.') }),
    ...(idempotency !== 'safe' && {
      'Tenantry-Consistency': shown('Send it back with later requests to see this change.'),
      'Tenantry-Projection': {
        description: 'Whether the permission graph has the change already.',
        schema: { enum: ['applied', 'pending'] },
      },
      ...(idempotency === 'key' && {
        'Idempotency-Replayed': { description: 'The answer is that of an earlier request.', schema: { enum: ['true'] } },
      }),
    }),
  };
}
