import type { ObjectRef, Relationship } from '#authorization';
import { setTimeout as pause } from 'node:timers/promises';
import type { SidesPorts } from './both-sides.ts';
import { objectKey } from './drift-vocabulary.ts';
import type { GraphSight } from './graph-sight.ts';

/** Objects asked about in one statement. */
const objectsAtOnce = 1_000;

/** Milliseconds between two statements: nobody waits for the end of it. */
const restMs = 20;

/** The edges on objects that have no row, in handfuls. Walks the whole graph at a gentle pace, and keeps a thousand objects of it at a time. */
export async function* strays(
  { rows, words, types }: Pick<SidesPorts, 'rows' | 'words' | 'types'>,
  sight: GraphSight,
  signal: AbortSignal,
): AsyncIterable<readonly Relationship[]> {
  const unowned = async (edges: readonly Relationship[], objects: readonly ObjectRef[]) => {
    const owners = await rows.read((snapshot) => words.ownersOf(snapshot, objects));
    return edges.filter(({ resource }) => !owners.has(objectKey(resource)));
  };
  for (const resourceType of await types()) {
    let edges: Relationship[] = [];
    let objects = new Map<string, ObjectRef>();
    for await (const edge of sight.read({ resourceType })) {
      edges.push(edge);
      objects.set(objectKey(edge.resource), edge.resource);
      if (objects.size < objectsAtOnce && edges.length < objectsAtOnce * 10) continue;
      signal.throwIfAborted();
      const found = await unowned(edges, [...objects.values()]);
      if (found.length > 0) yield found;
      edges = [];
      objects = new Map();
      await pause(restMs);
    }
    const found = edges.length === 0 ? [] : await unowned(edges, [...objects.values()]);
    if (found.length > 0) yield found;
  }
}
