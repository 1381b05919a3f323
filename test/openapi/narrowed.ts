import type { OpenApi, Operation, Schema } from '../e2e/api/support/openapi.ts';
import type { Pool } from '../e2e/api/support/pool.ts';

type Parameter = NonNullable<Operation['parameters']>[number];

/** After these the caller would be refused at the door of every route below the tenant. */
const endsTheStory = /\/tenants\/\{tenant\}(\/members\/leave|\/suspend)$/;
const idMembers: Readonly<Record<string, string>> = { user_id: 'user', parent_id: 'workspace', id: 'subject' };

const oneOf = (values: readonly string[]): Schema => ({ type: 'string', enum: values });

function narrowedParameters(path: string, parameters: readonly Parameter[], pool: Pool, spare: string): Parameter[] {
  // A random token of consistency is refused before anything else is looked at; the tests of that header are elsewhere.
  const kept = parameters.filter(({ name }) => name !== 'Tenantry-Consistency');
  return kept.map((parameter) => {
    const values = parameter.in === 'path' ? pool[parameter.name] : undefined;
    if (values === undefined) return parameter;
    return { ...parameter, schema: oneOf(parameter.name === 'tenant' && endsTheStory.test(path) ? [spare] : values), example: values[0] };
  });
}

function narrowedBody(schema: Schema, pool: Pool): Schema {
  const properties = Object.entries(schema.properties ?? {}).map(([name, member]) => {
    const values = pool[idMembers[name] ?? ''];
    return [name, values !== undefined && member.type === 'string' ? { ...member, ...oneOf(values), example: values[0] } : member];
  });
  return { ...schema, properties: Object.fromEntries(properties) as Record<string, Schema> };
}

/**
 * The document with what requests may hold cut down to ids that exist, so that they get past the guards; what answers may hold
 * is left as it is. `spare` is a tenant that may be lost.
 */
export function narrowed(document: OpenApi, pool: Pool, spare: string): OpenApi {
  const paths = Object.entries(document.paths).map(([path, operations]) => {
    const narrow = ([method, operation]: [string, Operation]) => {
      return [method, { ...operation, parameters: narrowedParameters(path, operation.parameters ?? [], pool, spare) }];
    };
    return [path, Object.fromEntries(Object.entries(operations).map(narrow))];
  });
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => {
    return [name, /Body$/.test(name) ? narrowedBody(schema, pool) : schema];
  });
  return { ...document, paths: Object.fromEntries(paths), components: { ...document.components, schemas: Object.fromEntries(schemas) } };
}
