import type { Statement } from '#database';
import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventSelector } from '../../../libs/outbox/src/desk/event-selector.ts';
import type { Walk } from '../../../libs/outbox/src/desk/event-records.ts';
import { mostWalked } from '../../../libs/outbox/src/postgres/event-walk-sql.ts';
import { PgEventRecords } from '../../../libs/outbox/src/postgres/pg-event-records.ts';
import { pagesRead, type ReadingCost } from '../../support/pages-read.ts';
import { createOwnedDatabase, type OwnedDatabase } from '../database/support/owner.ts';

const days = 4;
const eventsADay = 50_000;
const waiting = 100_000;
const dayMs = 86_400_000;
const big = '01K000000000000000TB000001';
const small = '01K000000000000000TS000001';

const midnight = (ago: number) => new Date(Math.floor(Date.now() / dayMs - ago) * dayMs);
const dayOf = (ago: number) => midnight(ago).toISOString().slice(0, 10);

/** Two events in three are those of one tenant; one in a thousand is the small one's; the rare type and the dead are the oldest. */
const events = `INSERT INTO outbox_events (id, bucket, tenant_id, aggregate_type, aggregate_id, aggregate_version, type, schema_version, revoking, payload,
    metadata, occurred_at, committed_at)
  SELECT lpad(n::text, 26, '0'), 7, CASE WHEN n % 1000 = 1 THEN '${small}' WHEN n % 3 > 0 THEN '${big}' ELSE '01K000000000000000TO' || lpad((n % 500)::text, 6, '0') END,
    'workspace', CASE WHEN n % 100 = 0 THEN 'often' ELSE 'aggregate-' || n % 5000 END, n, CASE WHEN n <= 20 THEN 'a.rare_one' ELSE 'workspaces.workspace_renamed' END,
    1, false, '{"before": {"name": "Before"}, "after": {"name": "After"}}', '{"actor": {"kind": "user", "id": "x"}, "request_id": "r"}', now(),
    $1::timestamptz + interval '1 day' * ((n - 1)::float8 / ${eventsADay})
  FROM generate_series(1, ${days * eventsADay}) n`;
const workList = `INSERT INTO outbox_pending (position, committed_at, bucket, tenant_id, revoking, projection_version, state, last_error)
  SELECT position, committed_at, bucket, tenant_id, revoking, 1, CASE WHEN position <= 40 THEN 'dead' ELSE 'pending' END, CASE WHEN position <= 40 THEN 'refused: x' END
  FROM outbox_events WHERE position <= 40 OR position > ${days * eventsADay - waiting}`;

let database: OwnedDatabase;
let client: ClientBase;

beforeAll(async () => {
  database = await createOwnedDatabase();
  for (let ago = days; ago > 0; ago -= 1) {
    const name = `outbox_events_${dayOf(ago).replaceAll('-', '')}`;
    await database.owner.query(
      `CREATE TABLE ${name} PARTITION OF outbox_events FOR VALUES FROM ('${dayOf(ago)} 00:00+00') TO ('${dayOf(ago - 1)} 00:00+00')`,
    );
  }
  await database.owner.query(events, [midnight(days).toISOString()]);
  await database.owner.query(workList);
  await database.owner.query('VACUUM ANALYZE outbox_events, outbox_pending');
  client = await database.asRuntime('*');
}, 120_000);
afterAll(() => database?.drop());

const records = () =>
  new PgEventRecords({
    read: async <Row>(_scope: unknown, { text, values = [] }: Statement): Promise<readonly Row[]> =>
      (await client.query<Row & object>(text, [...values])).rows,
  });

/** As the selector reads, in one statement that may cost what it will. */
async function countOf(selector: EventSelector): Promise<number> {
  const { fromPosition, toPosition, since, until, tenant, aggregateType, aggregateId, type, state, error } = selector;
  const values = [fromPosition, toPosition, since, until, tenant, aggregateType, aggregateId, type, state, error].map(
    (value) => value ?? null,
  );
  const { rows } = await database.owner.query<{ count: number }>(
    `SELECT count(*)::integer AS count FROM outbox_events e LEFT JOIN outbox_pending p USING (position)
      WHERE ($1::bigint IS NULL OR position >= $1) AND ($2::bigint IS NULL OR position <= $2)
        AND ($3::timestamptz IS NULL OR e.committed_at >= $3) AND ($4::timestamptz IS NULL OR e.committed_at < $4)
        AND ($5::text IS NULL OR e.tenant_id = $5) AND ($6::text IS NULL OR aggregate_type = $6) AND ($7::text IS NULL OR aggregate_id = $7)
        AND ($8::text IS NULL OR type = $8) AND ($9::text IS NULL OR coalesce(state, 'applied') = $9)
        AND ($10::text IS NULL OR strpos(last_error, $10) > 0)`,
    values,
  );
  return rows[0]?.count ?? -1;
}

/** What one step read, over all its statements. */
async function stepOf(selector: EventSelector, walk: Walk): Promise<ReadingCost & { readonly found: number; readonly goesOn: boolean }> {
  const costs: ReadingCost[] = [];
  const read = async <Row>(_scope: unknown, statement: Statement): Promise<readonly Row[]> => {
    const { text, values = [] } = statement;
    costs.push(await pagesRead(client, statement));
    return (await client.query<Row & object>(text, [...values])).rows;
  };
  const { rows, next } = await new PgEventRecords({ read }).walk(selector, walk);
  const sum = (of: (cost: ReadingCost) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  return {
    pages: sum(({ pages }) => pages),
    rows: sum((cost) => cost.rows),
    scanned: costs.flatMap(({ scanned }) => scanned),
    ...{ found: rows.length, goesOn: next !== null },
  };
}

const selectors: readonly (readonly [string, EventSelector])[] = [
  ['nothing', {}],
  ['positions', { fromPosition: 60_000n, toPosition: 140_000n }],
  ['a time', { since: midnight(3).toISOString(), until: midnight(2).toISOString() }],
  ['an open time', { since: midnight(4).toISOString() }],
  ['a rare type in a time', { until: midnight(1).toISOString(), type: 'a.rare_one' }],
  ['a tenant with most of the log', { tenant: big }],
  ['a tenant with little of it', { tenant: small }],
  ['a rare type of a large tenant', { tenant: big, type: 'a.rare_one' }],
  ['what is applied of a large tenant', { tenant: big, state: 'applied' }],
  ['a large tenant in a time', { tenant: big, since: midnight(4).toISOString(), until: midnight(3).toISOString() }],
  ['a tenant that is not there', { tenant: '01K000000000000000TX000001' }],
  ['an aggregate', { aggregateType: 'workspace', aggregateId: 'aggregate-7' }],
  ['an aggregate with many of them', { aggregateType: 'workspace', aggregateId: 'often' }],
  ['what waits', { state: 'pending' }],
  ['what is dead', { state: 'dead' }],
  ['an error', { error: 'refused' }],
  ['an error that nothing has', { error: 'never said' }],
  ['what waits of a small tenant', { state: 'pending', tenant: small }],
  ['a rare type among what waits', { state: 'pending', type: 'a.rare_one' }],
];

const filled = [...Array.from({ length: days }, (_, ago) => `outbox_events_${dayOf(ago + 1).replaceAll('-', '')}`), 'outbox_pending'];

describe.each(['newest', 'oldest'] as const)('P-7 a step through the log, %s first', (order) => {
  it.each(selectors)('P-7 by %s looks at a bounded part of it, however much there is and waits', async (_name, selector) => {
    for (const from of [undefined, 100_000n]) {
      const step = await stepOf(selector, { order, limit: 50, ...(from !== undefined && { from }) });
      expect(step.scanned.filter((table) => filled.includes(table))).toEqual([]);
      // What it looks at, and about each the other table.
      expect(step.rows).toBeLessThan(2 * mostWalked + 500);
      expect(step.pages).toBeLessThan(20_000);
    }
  });
});

describe('P-7 a walk', () => {
  it.each(selectors)('P-7 by %s finds in steps what is meant, each once, from either end', async (_name, selector) => {
    const found = { newest: [] as string[], oldest: [] as string[] };
    for (const order of ['newest', 'oldest'] as const) {
      let from: bigint | undefined;
      for (let goesOn = true; goesOn;) {
        const { rows, next } = await records().walk(selector, { order, limit: 20_000, ...(from !== undefined && { from }) });
        found[order].push(...rows.map(({ position }) => position));
        [from, goesOn] = [next ?? undefined, next !== null];
      }
    }
    expect(found.oldest).toEqual(found.newest.toReversed());
    expect(found.oldest.length).toBe(await countOf(selector));
  });
});
