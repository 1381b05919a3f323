import { bucketOf, type SqlExecutor } from '#database';
import { PgExecutor } from '#database/nest';
import type { TenantId } from '#kernel';
import type { Pool } from 'pg';
import { SettledRows, type SettledLook, type Waterline } from '../verify/settled-rows.ts';

/** Each kind of pending event by the index that serves it; dead ones wait for nobody. */
const look = {
  name: 'verify_between_events',
  text: `SELECT s.shard, s.marker, state.epoch, now() AS now FROM projection_buckets b JOIN projection_shards s USING (shard)
    JOIN projection_state state ON state.status = 'ready' AND state.epoch = s.epoch AND s.rebuilt_epoch = s.epoch
    WHERE b.bucket = $1
      AND NOT EXISTS (SELECT FROM outbox_pending p WHERE p.bucket BETWEEN $1 AND $1 AND p.tenant_id IS NOT DISTINCT FROM $2
        AND p.state = 'pending' AND NOT p.revoking)
      AND NOT EXISTS (SELECT FROM outbox_pending p WHERE p.bucket BETWEEN $1 AND $1 AND p.tenant_id IS NOT DISTINCT FROM $2
        AND p.state = 'pending' AND p.revoking)`,
};

const waterline = {
  name: 'verify_waterline',
  text: "SELECT max(position)::text AS position, now() AS now FROM outbox_pending WHERE state = 'pending'",
};

const isPast = {
  name: 'verify_is_past',
  text: "SELECT NOT EXISTS (SELECT FROM outbox_pending WHERE state = 'pending' AND position <= $1) AS past",
};

const areWaiting = {
  name: 'verify_are_waiting',
  text: "SELECT EXISTS (SELECT FROM outbox_pending WHERE position = ANY ($1::bigint[]) AND state = 'pending') AS waiting",
};

const currentEpoch = { name: 'verify_epoch', text: "SELECT epoch FROM projection_state WHERE status = 'ready'" };

interface LookRow {
  readonly shard: number;
  readonly marker: string | null;
  readonly epoch: string;
  readonly now: Date;
}

/** Expects a pool whose connections work for the platform, across tenants. */
export class PgSettledRows extends SettledRows {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async epoch(): Promise<string | null> {
    return (await this.pool.query<{ epoch: string }>(currentEpoch)).rows[0]?.epoch ?? null;
  }

  override async betweenEvents<T>(tenantId: string | null, use: (look: SettledLook) => Promise<T>): Promise<T | null> {
    return this.read(async (rows) => {
      const found = await rows.query<LookRow>(look.text, [bucketOf(tenantId as TenantId | null), tenantId], look.name);
      const row = found.rows[0];
      return row === undefined ? null : use({ ...row, rows });
    });
  }

  override async atWaterline<T>(use: (waterline: Waterline) => Promise<T>): Promise<T> {
    return this.read(async (rows) => {
      const found = await rows.query<{ position: string | null; now: Date }>(waterline.text, [], waterline.name);
      const { position = null, now = new Date() } = found.rows[0] ?? {};
      return use({ rows, now, position: position === null ? null : BigInt(position) });
    });
  }

  override async isPast(position: bigint): Promise<boolean> {
    const { rows } = await this.pool.query<{ past: boolean }>({ ...isPast, values: [position] });
    return rows[0]?.past ?? false;
  }

  override async areWaiting(positions: readonly bigint[]): Promise<boolean> {
    const { rows } = await this.pool.query<{ waiting: boolean }>({ ...areWaiting, values: [positions] });
    return rows[0]?.waiting ?? false;
  }

  override async read<T>(use: (rows: SqlExecutor) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      return await use(new PgExecutor(client));
    } finally {
      // It only read: nobody waits for its end, which tells nothing more.
      void client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
    }
  }
}
