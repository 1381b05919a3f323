import { Database, type Statement } from '#database';
import { connectDatabase, type DatabaseConnection } from '#database/nest';
import type { DataScope } from '#kernel';
import { PgProjectionMonitor } from '#outbox/nest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createOwnedDatabase, type OwnedDatabase } from '../database/support/owner.ts';

let owned: OwnedDatabase;
let connection: DatabaseConnection;
let reads: number;
let monitor: PgProjectionMonitor;

class CountedDatabase extends Database {
  override read<Row>(scope: DataScope, statement: Statement): Promise<readonly Row[]> {
    reads += 1;
    return connection.database.read(scope, statement);
  }
}

beforeAll(async () => {
  owned = await createOwnedDatabase();
  connection = await connectDatabase({ url: owned.url, poolSize: 4 });
});
beforeEach(() => {
  reads = 0;
  monitor = new PgProjectionMonitor(new CountedDatabase());
});
afterAll(async () => {
  await connection?.close();
  await owned?.drop();
});

const pend = (first: number, rows: number, bucket: string, state = 'pending', age = '0 s') =>
  owned.owner.query(
    `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version, state)
     SELECT $1::bigint + g, now() - $4::interval, ${bucket}, 't', g % 5 = 0, 1, $3 FROM generate_series(1, $2::int) g`,
    [first, rows, state, age],
  );

describe('P-7 the state of the projection', () => {
  it('P-7 of a database without a graph is told', async () => {
    expect(await monitor.status()).toMatchObject({
      epoch: null,
      status: 'never_built',
      shards: [{ shard: 0, pending: 0, lagSeconds: 0 }, {}, {}, {}, {}],
    });
  });

  it('P-7 names every dead event and the oldest one behind a backlog, of which only the size is cut', async () => {
    await pend(0, 1, '7', 'pending', '1 hour');
    await pend(1_000, 200_000, '(g % 256)');
    await pend(900_000, 3, '0', 'dead');
    await pend(910_000, 2, '256');
    await owned.owner.query('VACUUM ANALYZE outbox_pending');
    const { shards } = await monitor.status();
    expect(shards.map(({ pending }) => pending)).toEqual([1_000, 1_000, 1_000, 1_000, 2]);
    expect(shards.map(({ dead }) => dead)).toEqual([3, 0, 0, 0, 0]);
    expect(shards[3]?.lagSeconds).toBeGreaterThan(3_599);
    expect(Math.max(...[0, 1, 2, 4].map((shard) => shards[shard]?.lagSeconds ?? Infinity))).toBeLessThan(600);
  });

  it('P-7 is read once for whoever asks at the same time or shortly after', async () => {
    const asked = await Promise.all(Array.from({ length: 50 }, () => monitor.status()));
    await monitor.status();
    expect(new Set(asked).size).toBe(1);
    expect(reads).toBe(1);
  });
});
