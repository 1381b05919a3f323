import { platformPool } from '#database/nest';
import { PgWorkList } from '#outbox/nest';
import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOwnedDatabase, type OwnedDatabase } from '../database/support/owner.ts';

let owned: OwnedDatabase;
let pool: Pool;

beforeAll(async () => {
  owned = await createOwnedDatabase();
  pool = platformPool({ url: owned.url, poolSize: 2 });
  await owned.owner.query("INSERT INTO projection_state VALUES (true, 'e1', 'ready', 'test', now())");
  await owned.owner.query("UPDATE projection_shards SET holder = 'h', epoch = 'e1', rebuilt_epoch = 'e1'");
});
afterAll(async () => {
  await pool?.end();
  await owned?.drop();
});

describe('P-1 a pending event that is no longer in the log', () => {
  it('P-1 is an error that names it, and not passed over: grants behind a removal would be applied without it', async () => {
    await owned.owner.query(
      "INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version) VALUES (77, now(), 0, 't', true, 1)",
    );
    const read = { shard: 0, holder: 'h', above: 0n, revokingLimit: 10, limit: 10, fromBothEnds: false };
    await expect(new PgWorkList(pool).inSnapshot(read, ({ events }) => Promise.resolve(events))).rejects.toThrow('event 77');
  });
});
