import {
  AuthorizationUnavailable,
  epochCheck,
  GraphNotCurrent,
  InvalidGraphRequest,
  InvalidGraphToken,
  relationshipKey,
  type AuthorizationProvider,
  type GraphToken,
  type ObjectRef,
  type Relationship,
  type RelationshipFilter,
} from '#authorization';
import { markerFilter } from '../projection/marker.ts';

/** Readings under way at the same time: four gain nothing over SpiceDB on PostgreSQL, and requests come first. */
const abreast = 4;

/** A resource with more subjects than these to ask for is read as a whole: one reading in pages in place of many questions. */
const fewSubjects = 12;

/** Unless it turns out to be large: of one with a million edges each hundred would be asked for by reading all of them. */
const fewEdges = 2_000;

/** The graph as it is at one revision. */
export class GraphSight {
  private constructor(
    private readonly graph: AuthorizationProvider,
    readonly token: GraphToken,
  ) {}

  /** The newest revision. Throws `GraphNotCurrent` when that graph does not hold the epoch: what it lacks means nothing. */
  static async of(graph: AuthorizationProvider, epoch: string): Promise<GraphSight> {
    const { allowed, checkedAt } = await graph.check(epochCheck(epoch), { kind: 'fully_consistent' });
    if (!allowed) throw new GraphNotCurrent(epoch);
    return new GraphSight(graph, checkedAt);
  }

  async *read(filter: RelationshipFilter): AsyncIterable<Relationship> {
    try {
      yield* this.graph.read(filter, { kind: 'exact', token: this.token });
    } catch (error) {
      // The engine keeps revisions for a while only. Another look begins at a new one.
      throw error instanceof InvalidGraphToken ? new AuthorizationUnavailable(error) : error;
    }
  }

  async markerOf(shard: number): Promise<string | null> {
    for await (const { subject } of this.read(markerFilter(shard))) return subject.id;
    return null;
  }

  /** Of these edges and those beside them, the ones the graph holds, by key. What the engine does not take as a question it does not hold. */
  async holding(edges: readonly Relationship[]): Promise<Map<string, Relationship>> {
    const wanted = new Set(edges.map(relationshipKey));
    const found = new Map<string, Relationship>();
    const readings = [...Map.groupBy(edges, ({ resource }) => `${resource.type}:${resource.id}`).values()].map(readingOf);
    const whole = readings.filter(({ filters }) => filters.length > fewSubjects);
    const tooLarge = await this.abreast(whole, async (reading) =>
      (await this.collect(on(reading.resource), wanted, found, fewEdges)) ? [] : [reading],
    );
    const one = [...readings.filter((reading) => !whole.includes(reading)), ...tooLarge.flat()].flatMap(({ filters }) => filters);
    await this.abreast(one, (filter) => this.collect(filter, wanted, found));
    return found;
  }

  /** False when there was more than was to be read. */
  private async collect(filter: RelationshipFilter, wanted: ReadonlySet<string>, found: Map<string, Relationship>, atMost = Infinity) {
    let read = 0;
    try {
      for await (const edge of this.read(filter)) {
        const key = relationshipKey(edge);
        if (wanted.has(key)) found.set(key, edge);
        if ((read += 1) > atMost) return false;
      }
    } catch (error) {
      if (!(error instanceof InvalidGraphRequest)) throw error;
    }
    return true;
  }

  private async abreast<In, Out>(all: readonly In[], work: (one: In) => Promise<Out>): Promise<Out[]> {
    const done: Out[] = [];
    for (let from = 0; from < all.length; from += abreast) done.push(...(await Promise.all(all.slice(from, from + abreast).map(work))));
    return done;
  }
}

const on = ({ type, id }: ObjectRef): RelationshipFilter => ({ resourceType: type, resourceId: id });

/** What is asked of one resource, subject by subject. */
function readingOf(edges: readonly Relationship[]) {
  const { resource } = edges[0] as Relationship;
  const subjects = new Map(edges.map(({ subject }) => [`${subject.type}:${subject.id}`, subject]));
  return { resource, filters: [...subjects.values()].map(({ type, id }) => ({ ...on(resource), subjectType: type, subjectId: id })) };
}
