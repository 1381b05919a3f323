import type { DeclaredRoute } from '#http';
import { absentUlid } from './world.ts';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly maxLength?: number;
  readonly format?: string;
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

export interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, unknown>>;
  readonly security?: readonly object[];
}

export interface OpenApi {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export function operationOf(document: OpenApi, { url, method }: DeclaredRoute): Operation | undefined {
  return document.paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
}

/** What a reference stands for. */
export function resolved(document: OpenApi, schema: Schema): Schema {
  const name = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.split('/').at(-1);
  return (name === undefined ? undefined : document.components.schemas[name]) ?? schema;
}

export function bodySchemaOf(document: OpenApi, route: DeclaredRoute): Schema | undefined {
  const schema = operationOf(document, route)?.requestBody?.content['application/json']?.schema;
  return schema && resolved(document, schema);
}

function exampleOf(document: OpenApi, name: string, schema: Schema): unknown {
  if (name === 'id' || name.endsWith('_id')) return absentUlid;
  const { type, example, enum: words, items, properties, required } = resolved(document, schema);
  if (type === 'boolean') return true;
  if (example !== undefined || words) return example ?? words?.[0];
  if (properties) return exampleObject(document, { properties, ...(required && { required }) });
  return items ? [exampleOf(document, name, items)] : 'example';
}

function exampleObject(document: OpenApi, { required = [], properties = {} }: Schema): Record<string, unknown> {
  return Object.fromEntries(required.map((name) => [name, exampleOf(document, name, properties[name] ?? {})]));
}

/** A body that passes validation: what the document says is required, and no more. */
export function exampleBody(document: OpenApi, route: DeclaredRoute): Record<string, unknown> | undefined {
  const schema = bodySchemaOf(document, route);
  return schema && exampleObject(document, schema);
}
