import type { Relationship, RelationshipFilter, RelationshipUpdate } from '#authorization';
import type { SqlExecutor } from '#database';

/** An event as the log holds it: it may be older or newer than this code. */
export interface LoggedEvent {
  readonly position: bigint;
  readonly bucket: number;
  readonly tenantId: string | null;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly type: string;
  readonly schemaVersion: number;
  readonly revoking: boolean;
  readonly payload: unknown;
  /** Where it comes from, for those who watch; absent when it was not read from the work list. */
  readonly origin?: EventOrigin;
}

export interface EventOrigin {
  /** Milliseconds since 1970, by this process's clock. */
  readonly committedAt: number;
  /** The step of a trace that committed it. */
  readonly traceparent?: string;
}

export type AggregateRef = Pick<LoggedEvent, 'aggregateType' | 'aggregateId' | 'tenantId'>;

/** A row, and what it makes in one phase of a rebuild. */
export interface WalkedGraphRow {
  /** The rule "removals first" holds per tenant. */
  readonly tenantId: string | null;
  readonly relationships: readonly Relationship[];
  /** Where to go on after it. */
  cursor(): string;
}

/** A stretch of what the rows say the graph should hold. */
export interface GraphStretch {
  readonly rows: readonly WalkedGraphRow[];
  /** Nothing of the phase comes after it. */
  readonly ended: boolean;
}

/**
 * The mapping between rows and the graph: `graph = f(rows)`. Everything is decided by rows; an event only says where to
 * look. All reads run in the snapshot they are given.
 */
export abstract class GraphMapping {
  /**
   * The edges an event may have changed, those of before and those of after. Null when this code does not know the type,
   * its version or its payload: the aggregate is then projected whole.
   */
  abstract footprint(event: LoggedEvent): readonly Relationship[] | null;

  /** Whether the event may have brought forward the end of an edge: so a revoking one may whose type, version or payload this code does not know. */
  abstract shortens(event: LoggedEvent): boolean;

  /** Where in the graph the edges of an aggregate lie, as far as they are its tenant's: others are another shard's to write. */
  abstract aggregateFilters(aggregate: AggregateRef): readonly RelationshipFilter[];

  /** The edges that the rows of an aggregate make. */
  abstract aggregateRelationships(snapshot: SqlExecutor, aggregate: AggregateRef): Promise<readonly Relationship[]>;

  /** f, restricted to the given edges: those that exist by today's rows, by their key, with today's expiry. */
  abstract existing(snapshot: SqlExecutor, footprint: readonly Relationship[]): Promise<ReadonlyMap<string, Relationship>>;

  /**
   * Rebuilding goes in phases, so that nobody has access before all that limits it is there: what suspends and archives,
   * structure, roles, and membership of the tenant last.
   */
  abstract readonly phases: number;
  /** At most `limit` rows of these buckets, in the order of their cursors; it costs what it returns, whatever other buckets hold. */
  abstract stretch(
    snapshot: SqlExecutor,
    phase: number,
    buckets: readonly number[],
    after: string | null,
    limit: number,
  ): Promise<GraphStretch>;

  /** About how many relationships the rows make: for showing how far a rebuild is. */
  abstract expected(snapshot: SqlExecutor): Promise<number>;

  /** The object types this mapping owns in the graph: what a prune looks through. */
  abstract readonly ownedTypes: readonly string[];

  /** Where in the graph the edges lie that limit access. */
  abstract readonly limiting: readonly RelationshipFilter[];

  /** The bucket of each edge by its resource's tenant; null for an edge whose resource has no row any more. */
  abstract bucketsOf(snapshot: SqlExecutor, relationships: readonly Relationship[]): Promise<readonly (number | null)[]>;
}

/** `suspended` and `archived` take access away: writing one closes, deleting one opens. */
const limitingRelations: ReadonlySet<string> = new Set(['suspended', 'archived']);

/** Whether making this edge exist lets more people in. */
export function isOpeningWhenPresent(relationship: Relationship): boolean {
  return !limitingRelations.has(relationship.relation);
}

/** Whether this update lets more people in. */
export function isOpening({ operation, relationship }: RelationshipUpdate): boolean {
  return (operation === 'touch') === isOpeningWhenPresent(relationship);
}
