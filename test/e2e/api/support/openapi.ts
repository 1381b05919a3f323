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

export function bodySchemaOf(document: OpenApi, route: DeclaredRoute): Schema | undefined {
  const schema = operationOf(document, route)?.requestBody?.content['application/json']?.schema;
  const name = schema?.$ref?.split('/').at(-1);
  return name === undefined ? schema : document.components.schemas[name];
}

function exampleOf(name: string, schema: Schema): unknown {
  if (name.endsWith('_id')) return absentUlid;
  return schema.example ?? schema.enum?.[0] ?? 'example';
}

/** A body that passes validation: what the document says is required, and no more. */
export function exampleBody(document: OpenApi, route: DeclaredRoute): Record<string, unknown> | undefined {
  const schema = bodySchemaOf(document, route);
  if (schema === undefined) return undefined;
  return Object.fromEntries((schema.required ?? []).map((name) => [name, exampleOf(name, schema.properties?.[name] ?? {})]));
}
