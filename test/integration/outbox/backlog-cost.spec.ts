import { platformPool } from '#database/nest';
import type { Pool } from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as sql from '../../../libs/outbox/src/postgres/work-list-sql.ts';
import { ProjectionBench } from './support/projection-bench.ts';

const backlog = 30_000;
/** Bucket 7 is shard 3's: shard 0 has nothing to do. */
const [busy, idle] = [3, 0];

let bench: ProjectionBench;
let pool: Pool;

beforeAll(async () => {
  bench = await ProjectionBench.open();
  pool = platformPool({ url: bench.database.url, poolSize: 1 });
  await bench.owner.query(
    `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version)
      SELECT 1000000 + nth, now(), 7, '01M7YMBM2C8GV1BRCR6EGKH0EN', nth % 2 = 0, 1 FROM generate_series(1, $1::integer) nth`,
    [backlog],
  );
  await bench.owner.query('VACUUM ANALYZE outbox_pending');
});

afterAll(async () => {
  await pool?.end();
  await bench?.close();
});

/** Pages that one run of the statement touched, as PostgreSQL counted them. */
async function pagesOf(statement: { readonly text: string }, values: readonly (number | string)[], types: string): Promise<number> {
  await pool.query(`PREPARE counted (${types}) AS ${statement.text}`);
  const { rows } = await pool.query<{ 'QUERY PLAN': string }>(
    `EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) EXECUTE counted (${values.join(', ')})`,
  );
  await pool.query('DEALLOCATE counted');
  const touched = rows
    .map((row) => /^\s*Buffers: shared hit=(\d+)(?: read=(\d+))?/.exec(row['QUERY PLAN']))
    .find((match) => match !== null);
  return Number(touched?.[1] ?? 0) + Number(touched?.[2] ?? 0);
}

const oldest = 'integer, bigint, integer, integer, integer';
const statements = [
  ['grants', sql.grants, (shard: number) => [shard, 0, 500, 1, 16], oldest],
  ['removals', sql.revoking, (shard: number) => [shard, 0, 100, 1, 16], oldest],
  ['the newest grants', sql.newestGrants, (shard: number) => [shard, 0, 32, 1], 'integer, bigint, integer, integer'],
  ['the lowest position', sql.lowestPending, (shard: number) => [shard], 'integer'],
] as const;

test.each(statements)("P-7 reading %s of a shard does not walk past another shard's backlog", async (_name, statement, values, types) => {
  expect(await pagesOf(statement, values(idle), types)).toBeLessThan(500);
});

test.each(statements)(
  'P-7 reading %s of the shard with the backlog costs what is read, not what waits',
  async (_name, statement, values, types) => {
    expect(await pagesOf(statement, values(busy), types)).toBeLessThan(1_500);
  },
);

test('P-7 reading what a batch is about costs what it reads, not what was logged that day', async () => {
  await bench.owner.query(
    `INSERT INTO outbox_events (position, id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking,
        payload, metadata, occurred_at)
      SELECT 1000000 + nth, lpad(nth::text, 26, '0'), 7, '01M7YMBM2C8GV1BRCR6EGKH0EN', 'tenant', 'x', 1, 'x', 1, false, '{}', '{}', now()
      FROM generate_series(1, 30000) nth`,
  );
  await bench.owner.query('VACUUM ANALYZE outbox_events');
  await pool.query('SET plan_cache_mode = force_generic_plan'); // as after some batches
  const positions = Array.from({ length: 20 }, (_, nth) => 1_000_001 + nth * 1_400);
  const values = [`'{${positions.join(',')}}'`, "now() - interval '1 hour'", "now() + interval '1 hour'"];
  expect(await pagesOf(sql.events, values, 'bigint[], timestamptz, timestamptz')).toBeLessThan(200);
});
