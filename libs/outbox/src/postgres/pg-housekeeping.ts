import type { Pool } from 'pg';

/** Days of log partitions that stand ready: as long as nobody may notice that no worker runs. */
const partitionsAhead = 7;
/** Rows deleted in one statement: short locks, however much there is. */
const stretch = 5_000;

const expiredKeys = `DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
  SELECT ctid FROM idempotency_keys WHERE created_at < now() - interval '24 hours' LIMIT ${stretch}))`;

/** The newest batch of a shard is kept however old it is: its revision covers everything before it. */
const oldBatches = `DELETE FROM outbox_batches WHERE ctid = ANY (ARRAY(
  SELECT b.ctid FROM outbox_batches b WHERE b.applied_at < now() - interval '1 day'
    AND (b.epoch, b.seq) <> (SELECT s.epoch, s.seq FROM projection_shards s WHERE s.shard = b.shard)
  LIMIT ${stretch}))`;

/** What grows by itself is cut back by itself. Safe from several workers at once. */
export class PgHousekeeping {
  constructor(private readonly pool: Pool) {}

  async run(): Promise<void> {
    await this.pool.query('SELECT ensure_outbox_partitions($1)', [partitionsAhead]);
    for (const statement of [expiredKeys, oldBatches]) await this.untilDone(statement);
  }

  private async untilDone(statement: string): Promise<void> {
    for (;;) {
      const { rowCount } = await this.pool.query(statement);
      if ((rowCount ?? 0) < stretch) return;
    }
  }
}
