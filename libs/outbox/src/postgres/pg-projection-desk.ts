import { DomainError } from '#kernel';
import type { Pool } from 'pg';

export interface DeadEvent {
  readonly position: string;
  readonly tenant_id: string | null;
  readonly type: string;
  readonly aggregate: string;
  readonly attempts: number;
  readonly last_error: string | null;
  readonly committed_at: string;
}

export class NoSuchDeadEvent extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'dead_event_not_found';

  constructor(position: bigint) {
    super(`There is no dead event at position ${position}.`);
  }
}

export class NoSuchShard extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'shard_not_found';

  constructor(shard: number) {
    super(`There is no shard ${shard}.`);
  }
}

const columns = `p.position::text, p.tenant_id, e.type, e.aggregate_type || ' ' || e.aggregate_id AS aggregate, p.attempts, p.last_error,
  p.committed_at::text`;

/** What operators do to the projection by hand. Expects connections that work across tenants. */
export class PgProjectionDesk {
  constructor(private readonly pool: Pool) {}

  /** Oldest first, at most 1,000 a page, after the given position. */
  async deadEvents(after = 0n, limit = 100): Promise<DeadEvent[]> {
    const { rows } = await this.pool.query<DeadEvent>(
      `SELECT ${columns} FROM outbox_pending p JOIN outbox_events e ON e.position = p.position AND e.committed_at = p.committed_at
      WHERE p.state = 'dead' AND p.position > $1 ORDER BY p.position LIMIT $2`,
      [after, Math.min(limit, 1_000)],
    );
    return rows;
  }

  /** Puts a dead event back on the list: it is decided again, by today's rows. Throws `NoSuchDeadEvent`. */
  async retry(position: bigint): Promise<void> {
    await this.change(position, "UPDATE outbox_pending SET state = 'pending' WHERE position = $1 AND state = 'dead'");
  }

  /** Takes a dead event off the list for good; the log keeps it. Throws `NoSuchDeadEvent`. */
  async discard(position: bigint): Promise<void> {
    await this.change(position, "DELETE FROM outbox_pending WHERE position = $1 AND state = 'dead'");
  }

  private async change(position: bigint, statement: string): Promise<void> {
    const { rowCount } = await this.pool.query(statement, [position]);
    if (rowCount === 0) throw new NoSuchDeadEvent(position);
  }

  /** `grants`: removals go on being applied. `all`: nothing is. `no`: work goes on. Throws `NoSuchShard`. */
  async pause(shard: number, level: 'no' | 'grants' | 'all', reason: string | null): Promise<void> {
    const { rowCount } = await this.pool.query('UPDATE projection_shards SET paused = $2, pause_reason = $3 WHERE shard = $1', [
      shard,
      level,
      reason,
    ]);
    if (rowCount === 0) throw new NoSuchShard(shard);
  }
}
