import type { SqlExecutor } from '#database';

/** The rows in one snapshot in which nothing of a tenant is under way, and where its shard's graph stands then. */
export interface SettledLook {
  readonly rows: SqlExecutor;
  readonly shard: number;
  /** The last batch of the shard on record. Null before the first. */
  readonly marker: string | null;
  readonly epoch: string;
  /** The database's time. */
  readonly now: Date;
}

/** What was still to be applied at one moment. */
export interface Waterline {
  readonly rows: SqlExecutor;
  /** No event that was committed by then and waits is above it. Null: none waits. */
  readonly position: bigint | null;
  readonly now: Date;
}

/** Looks at rows between events. Short read-only snapshots, each of its own. */
export abstract class SettledRows {
  /** The epoch of the graph, null while it is not complete. */
  abstract epoch(): Promise<string | null>;

  abstract read<T>(use: (rows: SqlExecutor) => Promise<T>): Promise<T>;

  /**
   * Null, and nothing was used, while an event of the tenant (null: of the platform) waits to be applied, or its shard is being
   * rebuilt or between two owners. A dead event does not wait: what it leaves undone is a difference.
   */
  abstract betweenEvents<T>(tenantId: string | null, use: (look: SettledLook) => Promise<T>): Promise<T | null>;

  abstract atWaterline<T>(use: (waterline: Waterline) => Promise<T>): Promise<T>;

  /** Whether everything up to the position is applied, of whatever tenant. */
  abstract isPast(position: bigint): Promise<boolean>;

  /** Whether one of these events is still to be applied. A dead one is not. */
  abstract areWaiting(positions: readonly bigint[]): Promise<boolean>;
}
