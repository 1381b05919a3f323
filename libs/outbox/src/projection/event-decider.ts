import {
  InvalidGraphRequest,
  relationshipKey,
  type AuthorizationProvider,
  type Relationship,
  type RelationshipFilter,
} from '#authorization';
import { suspectedIn } from '../repair/suspected-relationships.ts';
import type { GraphMapping, LoggedEvent } from './graph-mapping.ts';
import type { ProjectionObserver } from './observer.ts';
import { decide, type DecidedEvent } from './plan-batch.ts';
import type { WorkSnapshot } from './work-list.ts';

export interface DeciderPorts {
  readonly mapping: GraphMapping;
  readonly graph: AuthorizationProvider;
  readonly observer: ProjectionObserver;
}

/** Says by rows what the events of a snapshot are to change: an event only tells where to look. */
export class EventDecider {
  constructor(
    private readonly shard: number,
    private readonly ports: DeciderPorts,
  ) {}

  async all(snapshot: WorkSnapshot): Promise<DecidedEvent[]> {
    const { mapping } = this.ports;
    const footprints: (readonly Relationship[])[] = [];
    for (const event of snapshot.events) footprints.push(this.footprint(event) ?? (await this.wholeAggregate(snapshot, event)));
    const existing = await mapping.existing(snapshot.rows, footprints.flat());
    return snapshot.events.map((event, nth) => decide({ ...event, shortens: mapping.shortens(event) }, footprints[nth] ?? [], existing));
  }

  private footprint(event: LoggedEvent): readonly Relationship[] | null {
    try {
      return suspectedIn(event) ?? this.ports.mapping.footprint(event);
    } catch {
      return null; // a payload that the mapping trips over is a payload it does not know
    }
  }

  /** What the aggregate has in the graph and what its rows make of it: all that an unknown event can have touched. */
  private async wholeAggregate(snapshot: WorkSnapshot, event: LoggedEvent): Promise<readonly Relationship[]> {
    const { mapping, observer } = this.ports;
    const found = new Map<string, Relationship>();
    for (const filter of mapping.aggregateFilters(event)) {
      for (const edge of await this.inGraph(filter)) found.set(relationshipKey(edge), edge);
    }
    for (const edge of await mapping.aggregateRelationships(snapshot.rows, event)) {
      found.set(relationshipKey(edge), edge);
    }
    observer.projectedWhole(this.shard, event);
    return [...found.values()];
  }

  /** What the engine does not even take as a question it does not hold either. */
  private async inGraph(filter: RelationshipFilter): Promise<Relationship[]> {
    const found: Relationship[] = [];
    try {
      for await (const edge of this.ports.graph.read(filter, { kind: 'fully_consistent' })) found.push(edge);
    } catch (error) {
      if (!(error instanceof InvalidGraphRequest)) throw error;
    }
    return found;
  }
}
