import { digestOf } from './schema-digest.ts';
import { parseSchema } from './schema-parser.ts';

/** The TypeScript of `generated/graph-names.ts` for a schema: what the compiler may know of it. */
export function renderNames(schema: string): string {
  const definitions = [...parseSchema(schema).definitions.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const body = definitions.map(
    ({ name, relations, permissions }) =>
      `  ${name}: {\n    type: '${name}',\n${members('relations', relations)}${members('permissions', permissions)}  },\n`,
  );
  return `// Generated from schema.zed by \`npm run generate:graph\`. Do not edit: \`npm run generate:check\` compares.

/** SHA-256 of the normalised schema this code was built with. */
export const graphSchemaDigest = '${digestOf(schema)}';

/** Every definition with its relations and permissions, so that a misspelt name does not compile. */
export const graph = {
${body.join('')}} as const;
`;
}

function members(kind: string, names: ReadonlyMap<string, unknown>): string {
  if (names.size === 0) return `    ${kind}: {},\n`;
  return `    ${kind}: {\n${[...names.keys()].map((name) => `      ${name}: '${name}',\n`).join('')}    },\n`;
}
