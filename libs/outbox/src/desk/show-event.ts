import { InvalidGraphRequest, relationshipKey, type AuthorizationProvider, type Relationship } from '#authorization';
import { executorOf } from '#database';
import { ExecutionContext, platformScope, type UnitOfWork } from '#kernel';
import type { GraphMapping, LoggedEvent } from '../projection/graph-mapping.ts';
import { EventNotFound } from './errors.ts';
import type { EventRecord, EventRecords, EventSummary } from './event-records.ts';

/** One relationship of an event's footprint, as both sides have it. */
export interface FootprintEdge {
  readonly relationship: string;
  /** By the rows of this moment. An end is RFC 3339; null: there is none. */
  readonly in_rows: boolean;
  readonly in_graph: boolean;
  readonly rows_expire_at: string | null;
  readonly graph_expires_at: string | null;
  readonly agree: boolean;
}

export interface EventView {
  readonly event: EventSummary & { readonly id: string | null; readonly schema_version: number | null; readonly payload: unknown };
  /** `unknown`: this release does not know its type, version or payload, and projects its aggregate whole. `lost`: no longer in the log. */
  readonly mapping: 'known' | 'unknown' | 'lost';
  /** A hundred of it at most. Of an aggregate that is projected whole, what only one side holds comes first. */
  readonly footprint: readonly FootprintEdge[];
  /** How many there are; of an aggregate that is projected whole, what the graph holds of it is counted up to 10,000. */
  readonly footprint_size: number;
  /** There are more than are shown. */
  readonly truncated: boolean;
  /** Whether rows and graph say the same of all that is shown. */
  readonly agree: boolean;
  readonly projection_version: number | null;
}

/** A tenant whole may be a million relationships. */
const mostShown = 100;
const mostCounted = 10_000;

export interface ShowPorts {
  readonly records: EventRecords;
  readonly unitOfWork: UnitOfWork;
  readonly mapping: GraphMapping;
  readonly graph: AuthorizationProvider;
}

/** An event, and what became of it on both sides. */
export class ShowEvent {
  constructor(private readonly ports: ShowPorts) {}

  /** The graph is read fully consistent, after the rows. Throws `EventNotFound`, `AuthorizationUnavailable`. */
  async run(position: bigint): Promise<EventView> {
    const found = await this.ports.records.find(position);
    if (found === null) throw new EventNotFound(position, await this.whyAbsent(position));
    const { footprint, footprint_size, mapping } = await this.compare(found.event);
    const { id = null, schemaVersion = null, payload = null } = found.event ?? {};
    return {
      event: { ...found.summary, id, schema_version: schemaVersion, payload },
      mapping,
      footprint,
      footprint_size,
      truncated: footprint_size > footprint.length,
      agree: footprint.every(({ agree }) => agree),
      projection_version: found.projectionVersion,
    };
  }

  private async whyAbsent(position: bigint): Promise<string> {
    const { first, lastDrawn } = await this.ports.records.extent();
    if (position > lastDrawn) return `the last position that was drawn is ${lastDrawn}`;
    if (first === null || position < first.position) return 'that part of the log is gone, or was never written';
    return 'its transaction was rolled back';
  }

  private async compare(event: EventRecord['event']): Promise<Pick<EventView, 'footprint' | 'footprint_size' | 'mapping'>> {
    if (event === null) return { footprint: [], footprint_size: 0, mapping: 'lost' };
    const { mapping, unitOfWork } = this.ports;
    const known = footprintOf(mapping, event);
    const inGraph = known === null ? await this.aggregateInGraph(event) : [];
    // A context of its own: looking is no part of what a request changes.
    const context = new ExecutionContext({ kind: 'system', id: 'operators-desk' }, event.id);
    const byRows = await unitOfWork.run(context, platformScope, async (tx) => {
      const rows = executorOf(tx);
      const all = distinct(known ?? [...(await mapping.aggregateRelationships(rows, event)), ...inGraph]);
      const existing = await mapping.existing(rows, known === null ? all : all.slice(0, mostShown));
      const edges = (known === null ? differencesFirst(all, existing, byKey(inGraph)) : all).slice(0, mostShown);
      return { edges, size: all.length, existing };
    });
    const isRead = known === null && inGraph.length < mostCounted;
    const found = isRead ? byKey(inGraph) : await this.edgesInGraph(byRows.edges);
    return {
      mapping: known === null ? 'unknown' : 'known',
      footprint_size: byRows.size,
      footprint: byRows.edges.map((edge) => compared(edge, byRows.existing.get(relationshipKey(edge)), found.get(relationshipKey(edge)))),
    };
  }

  private async aggregateInGraph(event: LoggedEvent): Promise<Relationship[]> {
    const found: Relationship[] = [];
    for (const filter of this.ports.mapping.aggregateFilters(event))
      found.push(...(await this.inGraph(filter, mostCounted - found.length)));
    return found;
  }

  private async edgesInGraph(edges: readonly Relationship[]): Promise<ReadonlyMap<string, Relationship>> {
    const found: Relationship[] = [];
    for (const { resource, relation, subject } of edges) {
      const filter = { resourceType: resource.type, resourceId: resource.id, relation, subjectType: subject.type, subjectId: subject.id };
      found.push(...(await this.inGraph(filter)));
    }
    return byKey(found);
  }

  /** What the engine does not even take as a question it does not hold either. */
  private async inGraph(filter: Parameters<AuthorizationProvider['read']>[0], most = mostCounted): Promise<Relationship[]> {
    const found: Relationship[] = [];
    try {
      for await (const edge of this.ports.graph.read(filter, { kind: 'fully_consistent' })) {
        if (found.length >= most) break;
        found.push(edge);
      }
    } catch (error) {
      if (!(error instanceof InvalidGraphRequest)) throw error;
    }
    return found;
  }
}

function footprintOf(mapping: GraphMapping, event: LoggedEvent): readonly Relationship[] | null {
  try {
    return mapping.footprint(event);
  } catch {
    return null; // a payload that the mapping trips over is a payload it does not know
  }
}

const byKey = (edges: readonly Relationship[]): ReadonlyMap<string, Relationship> =>
  new Map(edges.map((edge) => [relationshipKey(edge), edge]));

type ByKey = ReadonlyMap<string, Relationship>;

/** So that none is cut off. */
function differencesFirst(all: readonly Relationship[], inRows: ByKey, inGraph: ByKey): Relationship[] {
  const { agree = [], differ = [] } = Object.groupBy(all, (edge) =>
    compared(edge, inRows.get(relationshipKey(edge)), inGraph.get(relationshipKey(edge))).agree ? 'agree' : 'differ',
  );
  return [...differ, ...agree];
}

const distinct = (edges: readonly Relationship[]): Relationship[] => [...byKey(edges).values()];

function compared(edge: Relationship, inRows: Relationship | undefined, inGraph: Relationship | undefined): FootprintEdge {
  const [rowsEnd, graphEnd] = [inRows, inGraph].map((side) => side?.expiresAt?.toISOString() ?? null) as [string | null, string | null];
  return {
    relationship: relationshipKey(edge),
    in_rows: inRows !== undefined,
    in_graph: inGraph !== undefined,
    rows_expire_at: rowsEnd,
    graph_expires_at: graphEnd,
    agree: (inRows === undefined) === (inGraph === undefined) && rowsEnd === graphEnd,
  };
}
