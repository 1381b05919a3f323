import type { ObjectRef, Relationship } from '#authorization';
import { platformBucket } from '#database';
import type { GraphMapping, GraphStretch } from '../projection/graph-mapping.ts';
import type { DriftVocabulary } from './drift-vocabulary.ts';
import type { GraphSight } from './graph-sight.ts';
import type { SettledRows } from './settled-rows.ts';

/** The same part of the graph twice: as it is, and as the rows make it. Both stream; memory does not follow their size. */
export interface BothSides {
  graph(sight: GraphSight): AsyncIterable<Relationship>;
  rows(): AsyncIterable<Relationship>;
}

export interface SidesPorts {
  readonly rows: SettledRows;
  readonly mapping: GraphMapping;
  readonly words: DriftVocabulary;
  /** Every type of object that the engine's schema lets edges lie on, but for the markers. */
  readonly types: () => Promise<readonly string[]>;
}

const allBuckets = Array.from({ length: platformBucket + 1 }, (_, bucket) => bucket);

/** Rows of one statement, of up to four edges each. */
const rowsAtOnce = 2_000;

/** Objects whose edges are read at the same time: to the end, if they are few. */
const abreast = 8;

/** Edges of one object that are in memory together: of a large one the next are read once those before them were compared. */
const edgesTogether = 1_000;

/** All there is. */
export class WholeGraph implements BothSides {
  constructor(private readonly ports: SidesPorts) {}

  async *graph(sight: GraphSight): AsyncIterable<Relationship> {
    for (const resourceType of await this.ports.types()) yield* sight.read({ resourceType });
  }

  rows(): AsyncIterable<Relationship> {
    const { rows, mapping } = this.ports;
    return inPhases(mapping.phases, (phase, after) =>
      rows.read((snapshot) => mapping.stretch(snapshot, phase, allBuckets, after, rowsAtOnce)),
    );
  }
}

/** What lies on the objects of one tenant (null: the platform), read object by object: other tenants cost nothing. */
export class TenantGraph implements BothSides {
  constructor(
    private readonly ports: Omit<SidesPorts, 'types'>,
    private readonly tenantId: string | null,
    /** Told how long the last readings took, of some small objects or a part of a large one. */
    private readonly rest: (milliseconds: number) => Promise<void> = () => Promise.resolve(),
  ) {}

  async *graph(sight: GraphSight): AsyncIterable<Relationship> {
    for (let after: string | null = null, more = true; more;) {
      const chunk = await this.objects(after);
      for (let from = 0; from < chunk.objects.length; from += abreast) {
        yield* this.edgesOn(sight, chunk.objects.slice(from, from + abreast));
      }
      after = chunk.next;
      more = after !== null;
    }
  }

  rows(): AsyncIterable<Relationship> {
    const { rows, mapping, words } = this.ports;
    return inPhases(mapping.phases, (phase, after) =>
      rows.read((snapshot) => words.tenantStretch(snapshot, this.tenantId, phase, after, rowsAtOnce)),
    );
  }

  private objects(after: string | null) {
    return this.ports.rows.read((snapshot) => this.ports.words.objectsOf(snapshot, this.tenantId, after, 1_000));
  }

  private async *edgesOn(sight: GraphSight, objects: readonly ObjectRef[]): AsyncIterable<Relationship> {
    const readings = objects.map(({ type, id }) => sight.read({ resourceType: type, resourceId: id })[Symbol.asyncIterator]());
    try {
      for (const [nth, first] of (await this.partsOf(readings)).entries()) {
        yield* first;
        for (let last = first; last.length === edgesTogether;) {
          [last = []] = await this.partsOf(readings.slice(nth, nth + 1));
          yield* last;
        }
      }
    } finally {
      await Promise.allSettled(readings.map(async (reading) => reading.return?.()));
    }
  }

  /** The next edges of each. */
  private async partsOf(readings: readonly AsyncIterator<Relationship>[]): Promise<Relationship[][]> {
    const began = performance.now();
    const parts = await Promise.all(readings.map((reading) => someOf(reading, edgesTogether)));
    await this.rest(performance.now() - began);
    return parts;
  }
}

/** Fewer only at the end. */
async function someOf<T>(reading: AsyncIterator<T>, most: number): Promise<T[]> {
  const some: T[] = [];
  while (some.length < most) {
    const next = await reading.next();
    if (next.done === true) break;
    some.push(next.value);
  }
  return some;
}

async function* inPhases(
  phases: number,
  stretchAfter: (phase: number, after: string | null) => Promise<GraphStretch>,
): AsyncIterable<Relationship> {
  for (let phase = 0; phase < phases; phase += 1) {
    for (let after: string | null = null, more = true; more;) {
      const { rows, ended } = await stretchAfter(phase, after);
      for (const { relationships } of rows) yield* relationships;
      after = rows.at(-1)?.cursor() ?? null;
      more = !ended && after !== null;
    }
  }
}
