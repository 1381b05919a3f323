export interface OutboxReading {
  readonly graph: 'rebuilding' | 'ready' | 'never_built';
  /** How long it has been rebuilding; 0 when it is not. */
  readonly rebuildingSeconds: number;
  /** Of each shard, the age of its oldest dead event by the time of its commit; 0 when there is none. */
  readonly oldestDead: readonly { readonly shard: number; readonly seconds: number }[];
  readonly log: {
    readonly partitions: number;
    /** On disk, indexes included. */
    readonly bytes: number;
  };
}

/** What changes slowly, for metrics: one statement over PostgreSQL, a copy of at most 5 s. */
export abstract class OutboxMonitor {
  abstract read(): Promise<OutboxReading>;
}
