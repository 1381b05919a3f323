import type { SqlExecutor } from '#database';
import type { LoggedEvent } from './graph-mapping.ts';

export interface PendingRead {
  readonly shard: number;
  readonly holder: string;
  /** Only positions above it are looked at: it keeps reads off the dead index entries of what was applied. */
  readonly above: bigint;
  /** Revoking events at most. */
  readonly revokingLimit: number;
  /** Grants at most; with 0 the list is not searched for any. */
  readonly limit: number;
  /** Also look at the newest events of each bucket, so that a small tenant does not wait behind another's backlog. */
  readonly fromBothEnds: boolean;
}

/** How far the rebuild of a shard is. Phase 0 prunes; the mapping's own phases follow. */
export interface RebuildProgress {
  /** Which rebuild of a graph that is in use; null: the graph is made anew, and is not believed until it is whole. */
  readonly live: string | null;
  readonly phase: number;
  readonly cursor: string | null;
}

export interface LostEvent {
  readonly position: bigint;
  readonly tenantId: string | null;
}

/** One consistent view of the shard, its work and the rows behind it. */
export interface WorkSnapshot {
  /** Null when the shard is no longer this holder's. */
  readonly shard: {
    readonly epoch: string;
    readonly buckets: readonly number[];
    readonly paused: 'no' | 'grants' | 'all';
    readonly rebuild: RebuildProgress | null;
  } | null;
  /** Revoking events by position, then grants, interleaved by tenant; where removals are among them, without grants that must wait. */
  readonly events: readonly LoggedEvent[];
  /** On the list, but no longer in the log: what they were about is known to nobody. */
  readonly lost: readonly LostEvent[];
  /** Tenants that have revoking events on the work list beyond those in `events`. */
  readonly gatedTenants: ReadonlySet<string | null>;
  /** Events on offer beyond the limits were left out, or may have been. */
  readonly hasMore: boolean;
  /** There may be more revoking events on offer than were asked for. */
  readonly hasMoreRemovals: boolean;
  /** Which of these tenants have revoking events on the work list. */
  gated(tenants: readonly (string | null)[]): Promise<ReadonlySet<string | null>>;
  /** Reads of the rows, in the same snapshot. */
  readonly rows: SqlExecutor;
}

export interface AppliedBatch {
  readonly shard: number;
  readonly holder: string;
  readonly epoch: string;
  readonly previousSeq: bigint;
  /** Null when nothing had to be written to the graph. */
  readonly written: { readonly seq: bigint; readonly marker: string; readonly zedToken: string; readonly updates: number } | null;
  readonly done: readonly bigint[];
  readonly demoted: readonly bigint[];
  readonly revokedTenants: readonly (string | null)[];
  /** Set by a rebuild: how far it is. */
  readonly rebuild?: RebuildProgress & {
    readonly finished: boolean;
    /** Of the rows that this step is about, written or there already. */ readonly relationships: number;
  };
}

/** The events still to apply, and the record of what was. */
export abstract class WorkList {
  /** Runs `use` in one REPEATABLE READ snapshot. */
  abstract inSnapshot<T>(read: PendingRead, use: (snapshot: WorkSnapshot) => Promise<T>): Promise<T>;

  /**
   * Records a batch and takes its events off the list, in one statement. False, and nothing changed, when the shard has
   * another holder, epoch or sequence by now: the events will then be read and written again, which is harmless.
   */
  abstract record(batch: AppliedBatch): Promise<boolean>;

  /** Sets an event aside; it is listed until somebody retries or discards it. Returns how often it has been, this time included. */
  abstract bury(position: bigint, error: string): Promise<number>;

  /** Names an edge that a rebuild could not write. False: it was named before. */
  abstract refuse(shard: number, edge: string, error: string): Promise<boolean>;

  /** The highest position drawn so far, and the id that every transaction started later has at least. */
  abstract horizon(): Promise<{ readonly position: bigint; readonly nextTransaction: bigint }>;

  /** The lowest transaction id still open, and the lowest position on the shard's list (null: none). In this order. */
  abstract floor(shard: number): Promise<{ readonly oldestTransaction: bigint; readonly lowestPending: bigint | null }>;
}
