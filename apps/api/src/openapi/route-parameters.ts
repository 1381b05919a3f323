import type { DeclaredRoute } from '#http';

const text = (pattern?: string) => ({ type: 'string', ...(pattern && { pattern }) });
const ulid = '^[0-9A-HJKMNP-TV-Z]{26}$';
const tenant = { name: 'tenant', in: 'path', required: true, description: 'Id or slug', schema: text(), example: 'acme' };

const header = (name: string, description: string, required = false, schema: object = text()) => ({
  name,
  in: 'header',
  description,
  required,
  schema,
});

/** `tenant` in `/v1/tenants/:tenant/members/:user`, and so on. What a controller documents itself goes before. */
function pathParameters(url: string, documented: readonly Documented[]): object[] {
  const names = url.split('/').flatMap((part) => (part.startsWith(':') ? [part.slice(1)] : []));
  return names.map((name) => {
    if (name === 'tenant') return tenant;
    const own = documented.find((parameter) => parameter.in === 'path' && parameter.name === name);
    const isId = own?.schema === undefined || (own.schema.enum === undefined && own.schema.pattern === undefined);
    const schema = isId ? text(ulid) : own.schema;
    return { name, in: 'path', required: true, description: own?.description ?? `Id of the ${name}`, schema };
  });
}

interface Documented {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly schema?: { readonly enum?: unknown; readonly pattern?: unknown };
}

/** What a route takes beside its query and body: `documented` is what its handler says itself, the edge takes the rest. */
export function edgeParameters({ access, idempotency, url }: DeclaredRoute, documented: readonly Documented[]): object[] {
  if (access.kind === 'public') return pathParameters(url, documented);
  const consistency = header('Tenantry-Consistency', 'From an earlier answer: read at least that state.');
  const key = header('Idempotency-Key', 'Repeat it with the same request, within 24 hours, to get the first answer again.', false, {
    ...text('^[!-~]+$'),
    minLength: 1,
    maxLength: 255,
  });
  const match = header('If-Match', 'The ETag of the version you mean.', true, { ...text(), example: '"1"' });
  const prefer = header('Prefer', '`respond-async`: do not wait until the change is in the permission graph.');
  return [
    ...pathParameters(url, documented),
    consistency,
    ...(idempotency === 'key' ? [key] : []),
    ...(idempotency === 'natural' ? [match] : []),
    ...(idempotency === 'safe' ? [] : [prefer]),
  ];
}
