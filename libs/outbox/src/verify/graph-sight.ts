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
    const filters = filtersOf(edges);
    const readAll = async (filter: RelationshipFilter) => {
      try {
        for await (const edge of this.read(filter)) {
          const key = relationshipKey(edge);
          if (wanted.has(key)) found.set(key, edge);
        }
      } catch (error) {
        if (!(error instanceof InvalidGraphRequest)) throw error;
      }
    };
    for (let from = 0; from < filters.length; from += abreast) {
      await Promise.all(filters.slice(from, from + abreast).map(readAll));
    }
    return found;
  }
}

const on = ({ type, id }: ObjectRef): RelationshipFilter => ({ resourceType: type, resourceId: id });

function filtersOf(edges: readonly Relationship[]): RelationshipFilter[] {
  const byResource = Map.groupBy(edges, ({ resource }) => `${resource.type}:${resource.id}`);
  return [...byResource.values()].flatMap((some) => {
    const [first] = some;
    if (first === undefined) return [];
    const subjects = new Map(some.map(({ subject }) => [`${subject.type}:${subject.id}`, subject]));
    if (subjects.size > fewSubjects) return [on(first.resource)];
    return [...subjects.values()].map(({ type, id }) => ({ ...on(first.resource), subjectType: type, subjectId: id }));
  });
}
