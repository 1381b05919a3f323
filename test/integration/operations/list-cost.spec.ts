import type { Database, Statement } from '#database';
import type { ListAuditEntries, ListOperations } from '#governance';
import type { PageOf } from '#kernel';
import type { ClientBase } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PgAuditViews } from '../../../libs/governance/src/audit/adapters/pg-audit-views.ts';
import { PgOperationViews } from '../../../libs/governance/src/operations/adapters/pg-operation-views.ts';
import { pagesRead } from '../../support/pages-read.ts';
import { createOwnedDatabase, type OwnedDatabase } from '../database/support/owner.ts';

const many = 50_000;
const few = 40;
const id = (kind: string, nth: string) => `'01K000000000000000${kind}' || lpad((${nth})::text, 7, '0')`;

/** Old and rare first: who looks for them from the newest on passes everything else. One target has much of one kind, and a little of another. */
const entries = `INSERT INTO audit_entries (id, actor, action, target_type, target_id, request_id, occurred_at)
  SELECT ${id('A', 'n')}, '{}', CASE WHEN n <= ${few} THEN 'projection.event_discarded' ELSE (ARRAY['operation.requested', 'operation.retried'])[1 + n % 2] END,
    CASE WHEN n <= ${few} THEN 'event' ELSE 'operation' END, CASE WHEN n <= ${few} OR n % 3 = 0 THEN 'often' ELSE 'target-' || n END, 'r', now()
  FROM generate_series(1, ${many}) n`;
const operations = `INSERT INTO operations (id, kind, state, finished_at, request, requested_by, request_id, created_at, updated_at)
  SELECT ${id('P', 'n')}, CASE WHEN n <= ${few} THEN 'rebuild' ELSE (ARRAY['verify', 'repair'])[1 + n % 2] END,
    CASE WHEN n % 400 = 1 AND n < ${few * 400} THEN 'failed' ELSE 'succeeded' END, now(), '{}', '{}', 'r', now(), now()
  FROM generate_series(1, ${many}) n`;

let database: OwnedDatabase;
let client: ClientBase;

beforeAll(async () => {
  database = await createOwnedDatabase();
  for (const insert of [entries, operations]) await database.owner.query(insert);
  for (const table of ['audit_entries', 'operations']) await database.owner.query(`VACUUM ANALYZE ${table}`);
  client = await database.asRuntime('*');
});
afterAll(() => database?.drop());

interface Asked {
  readonly statement: Statement | null;
  readonly found: readonly { readonly id: string }[];
}

/** What a view asks for, and what it gets. */
async function asked(list: (database: Database) => Promise<PageOf<{ readonly id: string }>>): Promise<Asked> {
  let statement: Statement | null = null;
  const read = async <Row>(_scope: unknown, sent: Statement): Promise<readonly Row[]> => {
    statement = sent;
    return (await client.query<Row & object>(sent.text, [...(sent.values ?? [])])).rows;
  };
  const { rows } = await list({ read });
  return { statement, found: rows };
}

async function costsLittle({ statement }: Asked): Promise<void> {
  const { pages, scanned } = await pagesRead(client, statement as unknown as Statement);
  expect(scanned).toEqual([]);
  expect(pages).toBeLessThan(400);
}

const deep = '01K000000000000000A0000035';

describe('P-7 a page of the audit trail', () => {
  const filters: readonly (readonly [string, Partial<ListAuditEntries['input']>, number])[] = [
    ['no filter', {}, 50],
    ['no filter, far back', { after: deep }, 34],
    ['a rare action', { action: 'projection.event_discarded' }, few],
    ['a rare action, far back', { action: 'projection.event_discarded', after: deep }, 34],
    ['the first word of actions', { action: 'operation' }, 50],
    ['the first word of rare actions', { action: 'projection' }, few],
    ['an action that nobody did', { action: 'tenant.created' }, 0],
    ['a rare type of target', { targetType: 'event' }, few],
    ['an action and a type that do not meet', { action: 'operation.retried', targetType: 'event' }, 0],
    ['a target', { targetType: 'operation', targetId: 'target-100' }, 1],
    ['a target with many entries', { targetType: 'operation', targetId: 'often' }, 50],
    ['what is rare of a target with many entries', { action: 'projection', targetId: 'often' }, few],
    ['a target that is not there', { targetId: 'nowhere' }, 0],
  ];

  it.each(filters)('P-7 by %s costs what it shows, however long the trail is', async (_name, filter, count) => {
    const entry = await asked((given) => new PgAuditViews(given).entries({ limit: 50, ...filter }));
    expect(entry.found).toHaveLength(count);
    expect(entry.found.map((row) => row.id)).toEqual(
      entry.found
        .map((row) => row.id)
        .sort()
        .reverse(),
    );
    await costsLittle(entry);
  });
});

describe('P-7 a page of operations', () => {
  const filters: readonly (readonly [string, Partial<ListOperations['input']>, number])[] = [
    ['no filter', {}, 50],
    ['a rare kind', { kind: 'rebuild' }, few],
    ['a rare kind, far back', { kind: 'rebuild', after: deep.replace('A', 'P') }, 34],
    ['a rare state', { state: 'failed' }, few],
    ['a kind and a state', { kind: 'repair', state: 'failed' }, few - 1],
    ['a kind and a state that do not meet', { kind: 'verify', state: 'failed' }, 0],
    ['a state that none is in', { state: 'cancelled' }, 0],
  ];

  it.each(filters)('P-7 by %s costs what it shows, however many there were', async (_name, filter, count) => {
    const page = await asked((given) => new PgOperationViews(given).operations({ limit: 50, ...filter }));
    expect(page.found).toHaveLength(count);
    await costsLittle(page);
  });
});
