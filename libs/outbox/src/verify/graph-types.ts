import { graph, type GraphSchema } from '#authorization';

const comments = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/g;
const definitions = /\bdefinition\s+([a-z0-9_/]+)/g;

/** The projection's own notes in the graph: no row makes them. */
const notes: ReadonlySet<string> = new Set([
  graph.projection_shard.type,
  graph.projection_batch.type,
  graph.projection_epoch.type,
  graph.projection_probe.type,
]);

/**
 * The types of object that the engine's schema knows, but for the projection's own. Read off its text: the engine may hold a newer
 * schema than this process can parse, and what lies on a type that no row makes is found all the same.
 */
export async function typesInGraph(schema: GraphSchema): Promise<string[]> {
  const text = (await schema.read()) ?? '';
  const found = [...text.replace(comments, ' ').matchAll(definitions)].map(([, name = '']) => name);
  return [...new Set(found)].filter((name) => !notes.has(name));
}
