import { executorOf, type Statement } from '#database';
import { connectDatabase, type DatabaseConnection } from '#database/nest';
import { platformScope, type Transaction } from '#kernel';
import { contextOf, actingProduct } from '#kernel/testing';
import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgLogPartitions } from '../../../libs/outbox/src/postgres/pg-log-partitions.ts';
import { pagesRead } from '../../support/pages-read.ts';
import { createOwnedDatabase, type OwnedDatabase } from '../database/support/owner.ts';

const many = 200_000;
const dayMs = 86_400_000;
const dayOf = (ago: number) => new Date(Date.now() - ago * dayMs).toISOString().slice(0, 10);
const old = `outbox_events_${dayOf(10).replaceAll('-', '')}`;

/** So many events of one day. */
const events = (
  ago: number,
) => `INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version,
    revoking, payload, metadata, occurred_at, committed_at)
  SELECT 'x', 7, NULL, 'user', 'x', 1, 'identities.user_provisioned', 1, false, '{}', '{}', now(), '${dayOf(ago)}T00:00:00Z'::timestamptz + n * interval '0.4 seconds'
  FROM generate_series(1, ${many}) n`;

let database: OwnedDatabase;
let runtime: ClientBase;
let connection: DatabaseConnection;

/** The day of installation, long ago and large, another day, and everything since then waiting. */
beforeAll(async () => {
  database = await createOwnedDatabase();
  const { owner } = database;
  await owner.query(`CREATE TABLE ${old} PARTITION OF outbox_events FOR VALUES FROM ('${dayOf(10)} 00:00+00') TO ('${dayOf(9)} 00:00+00')`);
  for (const ago of [20, 10]) await owner.query(events(ago));
  await owner.query(`INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version)
    SELECT nextval('outbox_position'), now(), 7, NULL, false, 1 FROM generate_series(1, ${many})`);
  await owner.query('VACUUM ANALYZE outbox_events, outbox_pending');
  runtime = await database.asRuntime('*');
  connection = await connectDatabase({ url: database.url, poolSize: 1 });
}, 120_000);
afterAll(async () => {
  await connection?.close();
  await database?.drop();
});

describe('P-7 cutting a large log before a large backlog', () => {
  it.each([
    ['a day', old, [dayOf(10), dayOf(9)]],
    ['the day of installation', 'outbox_events_default', [dayOf(20), dayOf(19)]],
  ])('P-7 asks whether %s is needed, under its lock, by a few pages', async (_name, name, day) => {
    await database.owner.query('BEGIN');
    const statement = {
      text: 'SELECT drop_outbox_partition($1::name, $2::timestamptz) AS answer',
      values: [name, `${dayOf(5)}T00:00:00Z`],
    };
    const { pages } = await pagesRead(database.owner, statement);
    // Gone, whole: nothing of it was needed.
    const { rows } = await database.owner.query('SELECT FROM outbox_events WHERE committed_at BETWEEN $1 AND $2 LIMIT 1', day);
    await database.owner.query('ROLLBACK');
    expect(rows).toEqual([]);
    // A drop by itself reads some 1,900 of the catalog; the work list has 1,650 pages.
    expect(pages).toBeLessThan(2_500);
  });

  it.each([
    ['a day', { name: old, from: dayOf(10), until: dayOf(9), events: many, bytes: 1 }],
    ['the day of installation', { name: 'outbox_events_default', from: null, until: dayOf(19), events: many, bytes: 1 }],
  ])('P-7 asks before it takes the lock whether %s is needed, by a few pages', async (_name, partition) => {
    const asked: Statement[] = [];
    await connection.unitOfWork
      .run(contextOf(actingProduct), platformScope, async (tx) => {
        const executor = executorOf(tx);
        const query = (text: string, values?: unknown[]) => {
          asked.push({ text, values: values ?? [] });
          return executor.query(text, values);
        };
        await new PgLogPartitions(connection.database).drop(
          { executor: { ...executor, query } } as unknown as Transaction,
          partition,
          `${dayOf(5)}T00:00:00Z`,
        );
        throw new Error('taken back');
      })
      .catch((error: unknown) => expect(error).toMatchObject({ message: 'taken back' }));
    const { pages, scanned } = await pagesRead(runtime, asked[0] as Statement);
    expect(scanned).not.toContain('outbox_pending');
    expect(pages).toBeLessThan(100);
  });
});
