import type { DeclaredRoute } from '#http';
import { isDeepStrictEqual } from 'node:util';
import type { ApiClient, Ask } from './api-client.ts';
import { pathOf } from './declared-routes.ts';
import { bodySchemaOf, resolved, type OpenApi, type Schema } from './openapi.ts';

export type Samples = Readonly<Record<string, string>>;

/** A request made from samples, so that it can be made again for an equal world. */
export interface RequestShape {
  readonly samplesAt: number;
  readonly bodyAt: number;
}

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();

/** `variant` turns over what has more than one value: of two, one is another than the present one. */
function valueOf(document: OpenApi, name: string, schema: Schema, samples: Samples, variant: number): unknown {
  const { type, enum: words, oneOf, items, properties, format, example } = resolved(document, schema);
  const choice = oneOf?.at(variant === 0 ? 0 : -1);
  if (choice) return valueOf(document, name, choice, samples, variant);
  if (properties) return objectOf(document, resolved(document, schema), samples, variant);
  if (items) return [valueOf(document, name, items, samples, variant)];
  const known = samples[name];
  if (known !== undefined) return known;
  if (words) return words.at(variant === 0 ? 0 : -1);
  const kind = Array.isArray(type) ? type.find((each) => each !== 'null') : type;
  if (kind === 'boolean') return variant === 1;
  if (format === 'date-time') return inAnHour();
  if (kind === 'object') return { changed: true };
  return example ?? 'changed';
}

/** An object's `id` is the sample of a user: the only things of two kinds that bodies name are subjects. */
function objectOf(
  document: OpenApi,
  schema: Schema,
  samples: Samples,
  variant: number,
  more: readonly string[] = [],
): Record<string, unknown> {
  const names = [...(schema.required ?? []), ...more];
  const known = { ...samples, ...(samples.user_id !== undefined && { id: samples.user_id }) };
  return Object.fromEntries(names.map((name) => [name, valueOf(document, name, schema.properties?.[name] ?? {}, known, variant)]));
}

/** From the least that the document asks for to each member besides. */
export function bodiesOf(document: OpenApi, route: DeclaredRoute, samples: Samples): readonly (Record<string, unknown> | undefined)[] {
  const schema = bodySchemaOf(document, route);
  if (schema === undefined) return [undefined];
  const optional = Object.keys(schema.properties ?? {}).filter((name) => !schema.required?.includes(name));
  const shapes = [[], ...optional.map((name) => [name])].flatMap((more) => [0, 1].map((variant) => [more, variant] as const));
  const bodies = shapes.map(([more, variant]) => objectOf(document, schema, samples, variant, more));
  return bodies.filter((body, at) => bodies.findIndex((other) => isDeepStrictEqual(other, body)) === at);
}

export function askOf(document: OpenApi, route: DeclaredRoute, samples: Samples, { bodyAt }: RequestShape): Ask {
  if (route.method === 'GET') return {};
  const body = bodiesOf(document, route, samples)[bodyAt];
  return { ...(body !== undefined && { body }), headers: { 'if-match': '*', prefer: 'respond-async' } };
}

interface Search {
  readonly document: OpenApi;
  /** In the order in which they are tried. */
  readonly samples: readonly Samples[];
  readonly clients: readonly ApiClient[];
  /** Changes with every change of state. */
  digest(): Promise<string>;
}

/**
 * Finds a request by which the route does what it is there for: allowed, answered with success, and the state is another one
 * afterwards. Failed attempts leave the state as it was. Throws, with what was answered, when there is none.
 */
export async function effectiveRequest(route: DeclaredRoute, { document, samples, clients, digest }: Search): Promise<RequestShape> {
  const before = await digest();
  const answers = new Set<string>();
  for (const [samplesAt, values] of samples.entries()) {
    for (const bodyAt of bodiesOf(document, route, values).keys()) {
      for (const client of clients) {
        const shape = { samplesAt, bodyAt };
        const answer = await client.send(route.method, pathOf(route, values), askOf(document, route, values, shape));
        if (answer.status < 300 && (await digest()) !== before) return shape;
        answers.add(`${answer.status} ${answer.body?.code ?? ''}`);
      }
    }
  }
  const seen = [...answers].join(', ');
  throw new Error(
    `nothing that the samples allow makes ${route.method} ${route.url} change anything; add a sample to matrix-world.ts (${seen})`,
  );
}
