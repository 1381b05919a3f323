import type { Transaction } from '#kernel';
import type { LoggedEvent } from '../projection/graph-mapping.ts';
import type { AwaitedShard } from '../standstill.ts';
import type { EventSelector, EventState, LogExtent } from './event-selector.ts';

/** An event as operators see it in a list. */
export interface EventSummary {
  readonly position: string;
  readonly committed_at: string;
  readonly tenant_id: string | null;
  /** Null, as the two below: it is on the work list, but no longer in the log. */
  readonly type: string | null;
  readonly aggregate_type: string | null;
  readonly aggregate_id: string | null;
  readonly revoking: boolean;
  readonly state: EventState;
  /** How often it was set aside. */
  readonly attempts: number;
  readonly last_error: string | null;
  /** The operation that put it back on the list. */
  readonly replayed_by: string | null;
  readonly actor: unknown;
  readonly request_id: string | null;
}

/** The same, with all that is written down about it. */
export interface EventRecord {
  readonly summary: EventSummary;
  /** Null when it is no longer in the log. */
  readonly event: (LoggedEvent & { readonly id: string; readonly aggregateVersion: number; readonly occurredAt: string }) | null;
  /** Of the work list: which generation of workers it is for. Null when it is applied. */
  readonly projectionVersion: number | null;
}

export interface Walk {
  /** Newest first starts below it, oldest first above it. */
  readonly from?: bigint;
  /** Rows at most. */
  readonly limit: number;
  readonly order: 'newest' | 'oldest';
}

export interface WalkedEvents {
  readonly rows: readonly EventSummary[];
  /** Where to go on; null at the end. Few rows, or none, may come with it: only so many events are looked at in one step. */
  readonly next: bigint | null;
}

/** The log and the work list, read for operators. */
export abstract class EventRecords {
  abstract extent(): Promise<LogExtent>;
  /** By an index, in the order of positions, and a bounded number of events at a time. `tenant` must be an id. */
  abstract walk(selector: EventSelector, walk: Walk): Promise<WalkedEvents>;
  abstract find(position: bigint): Promise<EventRecord | null>;
  /** The id of the tenant with this id or slug; null when there is none. */
  abstract tenantId(idOrSlug: string): Promise<string | null>;
}

export interface RetriedEvents {
  readonly positions: readonly bigint[];
  /** There were more than the limit. */
  readonly more: boolean;
}

export interface EnlistedEvents {
  readonly replayed: number;
  readonly waiting: number;
  readonly dead: number;
  /** Those that this put on the list. */
  readonly positions: readonly bigint[];
}

/** What operators do to the work list. Each in the transaction that holds its audit entry. */
export abstract class WorkListChanges {
  /** Dead events that answer to the selector become pending; at most `limit`, oldest first. */
  abstract retry(tx: Transaction, selector: EventSelector, limit: number): Promise<RetriedEvents>;
  /** Takes a dead event off the list. Null when there is none: an event that is pending may be in a worker's hands. */
  abstract discard(tx: Transaction, position: bigint): Promise<EventSummary | null>;
  /**
   * Puts events of the log back on the list, as grants: they wait behind every live removal, and no live grant waits for them. What is on
   * the list stays as it is; dead events become pending when `retryDead`.
   */
  abstract enlist(
    tx: Transaction,
    events: readonly EventSummary[],
    options: { readonly operation: string; readonly retryDead: boolean },
  ): Promise<EnlistedEvents>;
  /** Of these, those that still wait. */
  abstract stillWaiting(positions: readonly bigint[]): Promise<readonly bigint[]>;
  /** The shards in which these wait. */
  abstract awaited(positions: readonly bigint[]): Promise<readonly AwaitedShard[]>;
  /** Tells the workers to look through the list from its beginning. A hint. */
  abstract lookAgain(): Promise<void>;
}
