import { relationshipKey, type Relationship, type RelationshipUpdate } from '#authorization';
import { platformBucket } from '#database';
import { isOpening, type GraphMapping } from './graph-mapping.ts';
import { ReadingLost, type GraphReader, type GraphReading } from './graph-reading.ts';
import type { MarkedWriter } from './marked-writer.ts';
import { batchLimits } from './plan-batch.ts';
import type { SeenEdges } from './seen-edges.ts';
import type { RebuildProgress, WorkList, WorkSnapshot } from './work-list.ts';

export interface PrunePorts {
  readonly workList: WorkList;
  readonly mapping: GraphMapping;
  readonly reading: GraphReading;
}

/** Edges that are looked up together, unless the end comes first. */
const together = 500;
/** Pages read before the work list is looked at again: a removal waits for no more. */
const pagesAtOnce = 8;

/** What is to be written next: nothing yet, something, `waits` for a removal on the list, or `over`. */
export type Pruning = readonly RelationshipUpdate[] | 'waits' | 'over';

/**
 * Finds in the graph what is the shard's and no row makes. In a graph that is in use, an edge that rows end at another time gets
 * that end; in one that is not believed yet it goes when they end it earlier, and comes back in its phase.
 */
export class ShardPrune {
  /** What the graph in use held, once all of it was read: no row's edge among it has to be written. */
  seen: SeenEdges | null = null;
  private purpose: string | null = null;
  private reader: GraphReader | null = null;
  private ended = false;
  private undecided: Relationship[] = [];
  private decided: RelationshipUpdate[] | null = null;

  constructor(private readonly ports: PrunePorts) {}

  reset(): void {
    this.seen = null;
    this.purpose = null;
    this.reader = null;
    this.ended = false;
    this.undecided = [];
    this.decided = null;
  }

  /** Something newer was written: what was decided before is to be decided again. */
  forget(): void {
    this.decided = null;
  }

  async next(drain: MarkedWriter, progress: RebuildProgress): Promise<Pruning> {
    const purpose = `${drain.holder.current?.epoch} ${progress.live}`;
    if (this.purpose !== purpose) this.reset();
    this.purpose = purpose;
    const decided = this.decided ?? (await this.decide(drain, progress));
    if (decided === null) return 'waits';
    this.decided = decided;
    if (decided.length > 0) return decided.slice(0, batchLimits.deletes);
    this.undecided = [];
    this.decided = null;
    if (!this.ended) return [];
    const seen = progress.live === null ? null : (this.reader?.seen ?? null);
    this.reset();
    this.seen = seen;
    return 'over';
  }

  /** So many of what `next` gave were written. */
  written(count: number): void {
    this.decided?.splice(0, count);
  }

  private async decide(drain: MarkedWriter, progress: RebuildProgress): Promise<RelationshipUpdate[] | null> {
    const { shard, holder } = drain.holder;
    const read = { shard, holder, above: 0n, revokingLimit: 1, limit: 0, fromBothEnds: false };
    return this.ports.workList.inSnapshot(read, async (snapshot) => {
      if (snapshot.shard === null) return null;
      await this.gather(snapshot);
      const existing = await this.ports.mapping.existing(snapshot.rows, this.undecided);
      const updates = this.undecided.flatMap((edge) => updateFor(edge, existing.get(relationshipKey(edge)), progress.live !== null));
      // Something that limits access is to go, or an end to be written that gives access to whoever lost it: removals go first.
      const opens = updates.some(isOpening);
      return opens && snapshot.events.some(({ revoking }) => revoking) ? null : updates;
    });
  }

  private async gather(snapshot: WorkSnapshot): Promise<void> {
    const own = new Set(snapshot.shard?.buckets ?? []);
    // An edge whose resource has no row any more is the platform's.
    const belongs = (bucket: number | null) => own.has(bucket ?? platformBucket);
    for (let pages = 0; pages < pagesAtOnce && !this.ended && this.undecided.length < together; pages += 1) {
      const edges = await this.nextPage(snapshot, belongs);
      if (edges === null) this.ended = true;
      else this.undecided.push(...edges);
    }
  }

  private async nextPage(snapshot: WorkSnapshot, belongs: (bucket: number | null) => boolean): Promise<Relationship[] | null> {
    const reader = (this.reader ??= this.ports.reading.join(this.purpose ?? ''));
    try {
      return await reader.next(snapshot.rows, belongs);
    } catch (error) {
      this.ports.reading.giveUp(reader);
      this.reset();
      if (error instanceof ReadingLost) return [];
      throw error;
    }
  }
}

function updateFor(edge: Relationship, byRows: Relationship | undefined, live: boolean): RelationshipUpdate[] {
  if (byRows === undefined) return [{ operation: 'delete', relationship: edge }];
  const [end, endByRows] = [edge, byRows].map(({ expiresAt }) => expiresAt?.getTime() ?? Infinity) as [number, number];
  if (live) return end === endByRows ? [] : [{ operation: 'touch', relationship: byRows }];
  return end <= endByRows ? [] : [{ operation: 'delete', relationship: edge }];
}
