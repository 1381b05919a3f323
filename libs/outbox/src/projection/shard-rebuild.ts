import { relationshipKey, type AuthorizationProvider, type Relationship, type RelationshipUpdate } from '#authorization';
import { platformBucket } from '#database';
import { isOpeningWhenPresent, type GraphMapping } from './graph-mapping.ts';
import type { MarkedWriter, TurnResult } from './marked-writer.ts';
import type { ProjectionObserver } from './observer.ts';
import { batchLimits, type BatchPlan } from './plan-batch.ts';
import type { RebuildProgress, WorkList, WorkSnapshot } from './work-list.ts';

export interface RebuildPorts {
  readonly workList: WorkList;
  readonly mapping: GraphMapping;
  readonly graph: AuthorizationProvider;
  readonly observer: ProjectionObserver;
}

const nothing = { done: [], demoted: [], parts: new Map<never, never>(), revokedTenants: [] };
const planOf = (updates: readonly RelationshipUpdate[]): BatchPlan => ({ ...nothing, updates });

/**
 * Makes a shard's part of the graph equal to f(rows), into an empty or a stale graph. First what the rows do not know is
 * pruned, so that nobody keeps access; then the mapping's phases, membership last, so that nobody has access before all
 * that limits it is there. Meanwhile pending grants wait, and pending removals are applied before every step.
 */
export class ShardRebuild {
  private pruning: AsyncGenerator<Relationship[], null> | null = null;
  private chunk: Relationship[] | null = null;

  constructor(private readonly ports: RebuildPorts) {}

  reset(): void {
    this.pruning = null;
    this.chunk = null;
  }

  /** One call's worth. Runs on the drain's marker: whoever took the shard over goes on from the recorded step. */
  async step(drain: MarkedWriter, progress: RebuildProgress): Promise<TurnResult> {
    if (progress.phase === 0) return this.prune(drain);
    const read = { shard: drain.holder.shard, holder: drain.holder.holder, above: 0n, revokingLimit: 1, limit: 1, fromBothEnds: false };
    const phase = progress.phase - 1;
    const step = await this.ports.workList.inSnapshot(read, async (snapshot) => {
      const chunk = await this.ports.mapping.chunk(
        snapshot.rows,
        phase,
        snapshot.shard?.buckets ?? [],
        progress.cursor,
        batchLimits.updates,
      );
      const opening = chunk.relationships.filter(({ relationship }) => isOpeningWhenPresent(relationship));
      const gated = await snapshot.gated([...new Set(opening.map(({ tenantId }) => tenantId))]);
      return { chunk, waits: gated.size > 0 };
    });
    if (step.waits) return 'waiting'; // a removal arrived: it goes first, and the chunk is read again after it
    const ended = step.chunk.next === null;
    const updates = step.chunk.relationships.map(({ relationship }): RelationshipUpdate => ({ operation: 'touch', relationship }));
    await drain.writeAndRecord(planOf(updates), {
      phase: ended ? progress.phase + 1 : progress.phase,
      cursor: step.chunk.next,
      finished: ended && phase + 1 >= this.ports.mapping.phases,
    });
    this.ports.observer.rebuilding(drain.holder.shard, progress.phase);
    return 'more';
  }

  private async prune(drain: MarkedWriter): Promise<TurnResult> {
    this.chunk ??= await this.nextEdges();
    if (this.chunk === null) {
      this.pruning = null;
      await drain.writeAndRecord(planOf([]), { phase: 1, cursor: null, finished: false });
      return 'more';
    }
    const edges = this.chunk;
    const read = { shard: drain.holder.shard, holder: drain.holder.holder, above: 0n, revokingLimit: 1, limit: 1, fromBothEnds: false };
    const stale = await this.ports.workList.inSnapshot(read, (snapshot) => this.stale(snapshot, edges));
    if (stale === null) return 'waiting';
    if (stale.length > 0) await drain.writeAndRecord(planOf(stale.map((relationship) => ({ operation: 'delete', relationship }))));
    this.chunk = null;
    this.ports.observer.rebuilding(drain.holder.shard, 0);
    return 'more';
  }

  /** Null at the end. A reading that broke off begins anew: a generator that threw would pass for one that ended. */
  private async nextEdges(): Promise<Relationship[] | null> {
    this.pruning ??= this.edges();
    try {
      return (await this.pruning.next()).value;
    } catch (error) {
      this.reset();
      throw error;
    }
  }

  /** Everything in the graph of the types this mapping owns: edges that grant first, then those that limit. */
  private async *edges(): AsyncGenerator<Relationship[], null> {
    for (const granting of [true, false]) {
      for (const resourceType of this.ports.mapping.ownedTypes) {
        let chunk: Relationship[] = [];
        for await (const edge of this.ports.graph.read({ resourceType }, { kind: 'fully_consistent' })) {
          if (isOpeningWhenPresent(edge) !== granting) continue;
          chunk.push(edge);
          if (chunk.length < batchLimits.deletes) continue;
          yield chunk;
          chunk = [];
        }
        if (chunk.length > 0) yield chunk;
      }
    }
    return null;
  }

  /**
   * Of these edges, those of this shard that no row makes, or that rows end earlier: these come back in their phase. An edge whose resource has no row any more is the platform's.
   * Null: something that limits access is to go, but a removal is waiting on the list and must go first.
   */
  private async stale(snapshot: WorkSnapshot, edges: readonly Relationship[]): Promise<Relationship[] | null> {
    if (snapshot.shard === null) return null;
    const buckets = await this.ports.mapping.bucketsOf(snapshot.rows, edges);
    const own = new Set(snapshot.shard.buckets);
    const mine = edges.filter((_, nth) => own.has(buckets[nth] ?? platformBucket));
    const existing = await this.ports.mapping.existing(snapshot.rows, mine);
    const stale = mine.filter((edge) => isStale(edge, existing.get(relationshipKey(edge))));
    const opens = stale.some((edge) => !isOpeningWhenPresent(edge));
    return opens && snapshot.events.some(({ revoking }) => revoking) ? null : stale;
  }
}

function isStale(edge: Relationship, byRows: Relationship | undefined): boolean {
  if (byRows?.expiresAt === undefined) return byRows === undefined;
  return edge.expiresAt === undefined || edge.expiresAt > byRows.expiresAt;
}
