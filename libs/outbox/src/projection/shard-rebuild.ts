import { InvalidRelationship, type AuthorizationProvider, type RelationshipUpdate } from '#authorization';
import { isOpening, isOpeningWhenPresent, type GraphMapping, type WalkedGraphRow } from './graph-mapping.ts';
import type { GraphReading } from './graph-reading.ts';
import type { MarkedWriter, TurnResult } from './marked-writer.ts';
import type { ProjectionObserver } from './observer.ts';
import { planOf, type OwnedUpdate } from './refused-updates.ts';
import { ShardPrune } from './shard-prune.ts';
import type { SeenEdges } from './seen-edges.ts';
import type { AppliedBatch, RebuildProgress, WorkList } from './work-list.ts';

export interface RebuildPorts {
  readonly workList: WorkList;
  readonly mapping: GraphMapping;
  readonly graph: AuthorizationProvider;
  readonly observer: ProjectionObserver;
  readonly reading: GraphReading;
  /** Sets aside what the engine refuses of a call and writes the rest, or finds that the fault is not in what was written. */
  readonly refused: (drain: MarkedWriter, updates: readonly OwnedUpdate[], error: InvalidRelationship) => Promise<void>;
}

/** Rows read at once: what some calls write. Reading them while another shard writes costs no time. */
const stride = 2_000;

/** Rows of one snapshot that are still to be written. */
interface Ahead {
  readonly phase: number;
  readonly live: string | null;
  /** Where the next of `rows` is to be gone on from. */
  cursor: string | null;
  readonly rows: readonly WalkedGraphRow[];
  from: number;
  readonly ended: boolean;
  /** Tenants with removals on the list, as of the snapshot. */
  readonly gated: ReadonlySet<string | null>;
}

/** What one call takes of them. */
interface Cut {
  readonly updates: readonly OwnedUpdate[];
  readonly to: number;
  /** Relationships of the rows, written or there already. */
  readonly passed: number;
}

/**
 * Makes a shard's part of the graph equal to f(rows): an empty graph, a stale one, or one that is in use. First what the rows do not know is
 * pruned, so that nobody keeps access; then the mapping's phases, membership last, so that nobody has access before all
 * that limits it is there. Pending removals are applied before every step; pending grants too, when the graph is in use, and else they wait.
 *
 * What was read is good for as long as nothing newer was written to the shard: what commands committed meanwhile is on the work list,
 * and is applied after it. Written after something newer, it would bring an older state back.
 */
export class ShardRebuild {
  private readonly pruning: ShardPrune;
  private ahead: Ahead | null = null;

  constructor(private readonly ports: RebuildPorts) {
    this.pruning = new ShardPrune(ports);
  }

  reset(): void {
    this.pruning.reset();
    this.ahead = null;
  }

  /** Something newer was written: what was read before is to be read again. */
  forget(): void {
    this.pruning.forget();
    this.ahead = null;
  }

  /**
   * One call's worth. Runs on the drain's marker: whoever took the shard over goes on from the recorded step. With `grantsHeld` only what
   * closes is written.
   */
  async step(drain: MarkedWriter, progress: RebuildProgress, grantsHeld = false): Promise<TurnResult> {
    this.ports.observer.rebuilding(drain.holder.shard, progress.phase);
    return progress.phase === 0 ? this.prune(drain, progress, grantsHeld) : this.project(drain, progress, grantsHeld);
  }

  private async project(drain: MarkedWriter, progress: RebuildProgress, grantsHeld: boolean): Promise<TurnResult> {
    const { mapping } = this.ports;
    const ahead = (this.ahead = this.goesOn(progress) ?? (await this.read(drain, progress)));
    const { updates, to, passed } = cut(ahead, drain.updatesPerCall, progress.live === null ? null : this.pruning.seen);
    if (to === ahead.from && to < ahead.rows.length) {
      this.ahead = null; // a removal arrived: it goes first, and the rows are read again after it
      return 'waiting';
    }
    if (grantsHeld && updates.some(({ update }) => isOpening(update))) return 'waiting';
    const ended = ahead.ended && to === ahead.rows.length;
    const cursor = ended ? null : (ahead.rows[to - 1]?.cursor() ?? progress.cursor);
    await this.write(drain, updates, {
      phase: ended ? progress.phase + 1 : progress.phase,
      cursor,
      live: progress.live,
      finished: ended && progress.phase >= mapping.phases,
      relationships: passed,
    });
    Object.assign(ahead, { from: to, cursor });
    if (ended || to === ahead.rows.length) this.ahead = null;
    return 'more';
  }

  private goesOn({ phase, cursor, live }: RebuildProgress): Ahead | null {
    const { ahead } = this;
    return ahead !== null && ahead.phase === phase && ahead.cursor === cursor && ahead.live === live ? ahead : null;
  }

  private async read({ holder: { shard, holder } }: MarkedWriter, { phase, cursor, live }: RebuildProgress): Promise<Ahead> {
    const read = { shard, holder, above: 0n, revokingLimit: 1, limit: 0, fromBothEnds: false };
    return this.ports.workList.inSnapshot(read, async (snapshot) => {
      const { rows, ended } = await this.ports.mapping.stretch(snapshot.rows, phase - 1, snapshot.shard?.buckets ?? [], cursor, stride);
      const gated = await snapshot.gated([...new Set(rows.filter(opens).map(({ tenantId }) => tenantId))]);
      return { phase, cursor, live, rows, from: 0, ended, gated };
    });
  }

  private async prune(drain: MarkedWriter, progress: RebuildProgress, grantsHeld: boolean): Promise<TurnResult> {
    const updates = await this.pruning.next(drain, progress);
    const { live } = progress;
    if (updates === 'waits') return 'waiting';
    if (updates === 'over') {
      await drain.writeAndRecord(planOf([]), { phase: 1, cursor: null, live, finished: false, relationships: 0 });
    } else if (grantsHeld && updates.some(isOpening)) {
      return 'waiting';
    } else if (updates.length > 0) {
      await this.write(
        drain,
        updates.map((update) => ({ tenantId: null, update })),
      );
      this.pruning.written(updates.length);
    }
    return 'more';
  }

  private async write(drain: MarkedWriter, owned: readonly OwnedUpdate[], rebuild?: AppliedBatch['rebuild']): Promise<void> {
    const updates: RelationshipUpdate[] = owned.map(({ update }) => update);
    try {
      await drain.writeAndRecord(planOf(updates), rebuild);
    } catch (error) {
      if (!(error instanceof InvalidRelationship)) throw error;
      await this.ports.refused(drain, owned, error);
      await drain.writeAndRecord(planOf([]), rebuild);
    }
  }
}

const opens = ({ relationships }: WalkedGraphRow): boolean => relationships.some(isOpeningWhenPresent);

/**
 * Whole rows, as many as a call takes, and none of a tenant whose removals must go first. What the graph was seen to hold is not written
 * again: SpiceDB over PostgreSQL takes seconds for a thousand edges that it has. Whoever did not see, after a crash, writes everything.
 */
function cut({ rows, from, gated }: Ahead, limit: number, seen: SeenEdges | null): Cut {
  const updates: OwnedUpdate[] = [];
  let [to, passed] = [from, 0];
  for (; to < rows.length; to += 1) {
    const { tenantId, relationships } = rows[to] as WalkedGraphRow;
    const missing = seen === null ? relationships : relationships.filter((relationship) => !seen.has(relationship));
    if (updates.length + missing.length > limit || (gated.has(tenantId) && missing.some(isOpeningWhenPresent))) break;
    passed += relationships.length;
    for (const relationship of missing) updates.push({ tenantId, update: { operation: 'touch', relationship } });
  }
  return { updates, to, passed };
}
