import type { Consistency } from '#authorization';
import { DomainError, type CommitReceipt, type TenantId } from '#kernel';

/** The value of `Tenantry-Consistency` is not one that this server gave out. */
export class InvalidConsistencyToken extends DomainError {
  override readonly kind = 'malformed';
  override readonly code = 'invalid_consistency_token';

  constructor() {
    super('The Tenantry-Consistency header is not a token of this server.');
  }
}

export interface Settled {
  /** For the `Tenantry-Consistency` header. Null when nothing was committed. */
  readonly token: string | null;
  /** False: the projection had not caught up within the wait; the change is committed all the same. */
  readonly applied: boolean;
}

/** Joins what a caller wrote with what the graph answers. Nothing here throws for a slow or lost projection. */
export abstract class ReadYourWrites {
  /** Waits, at most `waitMs` (0: not at all), until every event of the receipts is in the graph. */
  abstract settle(receipts: readonly CommitReceipt[], waitMs: number): Promise<Settled>;

  /**
   * What a request that carries this token must ask the graph for. Waits, at most `waitMs`, for events still under way.
   * A token of an earlier epoch of the graph asks for nothing. Throws `InvalidConsistencyToken`.
   */
  abstract resolve(token: string, waitMs: number): Promise<Consistency>;

  /** A token (ours) and the graph's own (ZedToken) that cover every event of the tenant applied so far. */
  abstract current(tenantId: TenantId): Promise<{ token: string; zedToken: string | null }>;
}

/** What this process knows of revocations younger than the engine's staleness window. */
export abstract class RecentRevocations {
  /** The weakest consistency that cannot overlook them: one token, or `fully_consistent` when there are several. */
  abstract freshness(tenantId: TenantId | null): Consistency;
}

/** The graph is one epoch old until it is lost or restored; a graph that does not hold the current one is not to be believed. */
export abstract class GraphEpoch {
  /** The current epoch, from PostgreSQL (copy of at most 1 s). Null before the first rebuild began. */
  abstract current(): Promise<string | null>;

  /** True while a graph that was lost or restored may still hold what no row makes (copy of at most 2 s, dropped at once by a signal). */
  abstract isDoubted(): boolean | Promise<boolean>;
}

export interface ShardStatus {
  readonly shard: number;
  readonly holder: string | null;
  readonly paused: 'no' | 'grants' | 'all';
  readonly pauseReason: string | null;
  /** Counted up to 1,000: more are told as that many. */
  readonly pending: number;
  /** All of them. */
  readonly dead: number;
  /** Age of the oldest pending event, in seconds; 0 when there is none. */
  readonly lagSeconds: number;
}

export interface ProjectionStatus {
  readonly epoch: string | null;
  readonly status: 'rebuilding' | 'ready' | 'never_built';
  readonly shards: readonly ShardStatus[];
}

/** For readiness, metrics and operators: one statement over PostgreSQL, no engine call, a copy of at most 1 s. */
export abstract class ProjectionMonitor {
  abstract status(): Promise<ProjectionStatus>;
}
