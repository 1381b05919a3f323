import { relationshipKey, relationshipOfKey, type Relationship } from '#authorization';
import { AggregateRoot, type DomainEvent, type TenantId } from '#kernel';
import type { LoggedEvent } from '../projection/graph-mapping.ts';

/** So many edges to an event: with their deletes it fits into one call, also when each is written twice. */
export const suspectsPerEvent = 100;

const type = 'projection.relationships_suspected';

/**
 * "Look at these edges again." It says nothing about what they should be: the worker that applies it decides by rows, like any other event, so it
 * may be applied late, twice, or after somebody else put things right. A worker older than it would take it for an event about nothing:
 * `projectionVersion` went up with it.
 */
export type RelationshipsSuspected = DomainEvent<typeof type, { readonly relationships: readonly string[] }>;

/** Edges of one tenant (null: the platform, or nobody) that a repair hands to the holder of their shard. */
export class Suspicion extends AggregateRoot<RelationshipsSuspected> {
  private constructor(
    private readonly repair: string,
    private readonly tenantId: TenantId | null,
    version: number,
  ) {
    super('projection_repair', version);
  }

  /** The nth of a repair. `revoking`: putting one of the edges right takes access away. */
  static of(
    repair: string,
    nth: number,
    suspects: { readonly tenantId: string | null; readonly edges: readonly Relationship[]; readonly revoking: boolean },
    occurredAt: Date,
  ): Suspicion {
    const suspicion = new Suspicion(repair, suspects.tenantId as TenantId | null, nth);
    const payload = { relationships: suspects.edges.map(relationshipKey) };
    suspicion.record({ type, schemaVersion: 1, revoking: suspects.revoking, occurredAt, payload });
    return suspicion;
  }

  protected override get aggregateId(): string {
    return this.repair;
  }

  protected override get owningTenant(): TenantId | null {
    return this.tenantId;
  }
}

/** The edges that such an event names; null for any other event, and for one that cannot be read. */
export function suspectedIn(event: Pick<LoggedEvent, 'type' | 'schemaVersion' | 'payload'>): readonly Relationship[] | null {
  if (event.type !== type || event.schemaVersion !== 1) return null;
  const { relationships } = (event.payload ?? {}) as { readonly relationships?: unknown };
  if (!Array.isArray(relationships)) return null;
  const edges = relationships.map((text) => (typeof text === 'string' ? relationshipOfKey(text) : null));
  return edges.some((edge) => edge === null) ? null : edges.filter((edge) => edge !== null);
}
