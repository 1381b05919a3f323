import { platformPool } from '#database/nest';
import type { Pool, QueryResultRow } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { phases } from '../../../libs/iam/src/graph/adapters/pg-graph-phases.ts';
import { createTestDatabase, type TestDatabase } from '../../support/test-database.ts';
import { OwnerConnection } from './support/owner-connection.ts';
import { planned, type AskedStatement, type Asking } from './support/rows-read.ts';

/** Each with 5 members, of whom 2 are in its group and one in its workspaces, of which there are 3; and one with 20,000 members. */
const tenants = 4_000;
const large = 20_000;
/** Of a shard: a fourth of all. */
const buckets = Array.from({ length: 64 }, (_, nth) => nth * 4);
const limit = 200;
/** Few are suspended or archived, and no index knows them: they are looked for among what is the shard's own. */
const ofTheShard = 2 * (tenants / 4) * (1 + 3);

let database: TestDatabase;
let owner: OwnerConnection;
let pool: Pool;
let worker: Asking;
let middle: { bucket: number; id: string };
let largest: { bucket: number; id: string };

const id = (kind: string, nth: string) => `'01' || upper(substr(md5('${kind}' || ${nth}), 1, 24))`;

const laidOut = [
  `INSERT INTO tenants (id, name, slug, metadata, state, version, created_at, updated_at)
    SELECT ${id('t', 'n')}, 'Acme', 'tenant-' || n, '{}', CASE WHEN n % 100 = 0 THEN 'suspended' ELSE 'active' END, 1, now(), now()
    FROM generate_series(1, ${tenants}) n`,
  `INSERT INTO users (id, email_verified, status, version, created_at, updated_at)
    SELECT ${id('u', 'n')}, false, 'active', 1, now(), now() FROM generate_series(1, ${large}) n`,
  `INSERT INTO tenant_members (tenant_id, user_id, role, version, joined_at, updated_at)
    SELECT ${id('t', 'n')}, ${id('u', '(n + m)')}, 'member', 1, now(), now() FROM generate_series(1, ${tenants}) n, generate_series(1, 5) m
    UNION SELECT ${id('t', '1')}, ${id('u', 'm')}, 'member', 1, now(), now() FROM generate_series(1, ${large}) m`,
  `INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, state, version, created_at, updated_at)
    SELECT ${id('w1', 'n')}, ${id('t', 'n')}, NULL, 'Root', 'root', 'active', 1, now(), now() FROM generate_series(1, ${tenants}) n`,
  `INSERT INTO workspaces (id, tenant_id, parent_id, name, slug, state, version, created_at, updated_at)
    SELECT '01' || upper(substr(md5('w' || w || n), 1, 24)), ${id('t', 'n')}, ${id('w1', 'n')}, 'Below ' || w, 'below-' || w,
      CASE WHEN n % 50 = 0 THEN 'archived' ELSE 'active' END, 1, now(), now()
    FROM generate_series(1, ${tenants}) n, generate_series(2, 3) w`,
  `INSERT INTO workspace_members (tenant_id, workspace_id, subject_type, subject_id, role, version, joined_at, updated_at)
    SELECT w.tenant_id, w.id, 'user', (SELECT user_id FROM tenant_members m WHERE m.tenant_id = w.tenant_id LIMIT 1), 'viewer', 1, now(), now() FROM workspaces w`,
  `INSERT INTO groups (id, tenant_id, name, version, created_at, updated_at)
    SELECT ${id('g', 'n')}, ${id('t', 'n')}, 'Group', 1, now(), now() FROM generate_series(1, ${tenants}) n`,
  `INSERT INTO group_members (tenant_id, group_id, user_id, role, version, joined_at, updated_at)
    SELECT ${id('t', 'n')}, ${id('g', 'n')}, ${id('u', '(n + m)')}, 'member', 1, now(), now() FROM generate_series(1, ${tenants}) n, generate_series(1, 2) m`,
];

beforeAll(async () => {
  database = await createTestDatabase();
  owner = await OwnerConnection.open(database.url);
  for (const statement of laidOut) await owner.query(statement);
  await owner.query('ANALYZE');
  const places = (condition: string) => owner.query<typeof middle>(`SELECT bucket, id FROM tenants WHERE ${condition} LIMIT 1`);
  [middle] = (await places('bucket = 128')) as [typeof middle];
  [largest] = (await places(`id = ${id('t', '1')}`)) as [typeof middle];
  pool = platformPool({ url: database.url, poolSize: 1 });
  worker = { query: async <Row extends QueryResultRow>(text: string) => (await pool.query<Row>(text)).rows };
});
afterAll(async () => {
  await pool?.end();
  await owner?.close();
  await database?.drop();
});

const tables = ['tenants', 'users', 'tenant_members', 'workspaces', 'workspace_members', 'groups', 'group_members'];
const statements = [...new Map(phases.map(({ statement }) => [statement.name, statement])).values()];

const asked = (text: string, at: { buckets: readonly number[]; key: readonly (string | number)[]; tenant?: string }): AskedStatement => ({
  text,
  types: ['smallint[]', 'integer', 'smallint', ...at.key.slice(1).map(() => 'text'), ...(at.tenant === undefined ? [] : ['text'])].join(
    ', ',
  ),
  values: [`{${at.buckets.join(',')}}`, limit, ...at.key, ...(at.tenant === undefined ? [] : [at.tenant])],
});

/** As the worker's connections plan: without looking at the values, and by indexes alone where there are any. */
const read = (statement: AskedStatement) => planned(worker, 'force_generic_plan', statement, tables);
const nothing = (width: number) => new Array<string>(width).fill('');
const isFiltered = (name: string) => /suspended|archived/.test(name);

describe('P-9 P-10 a stretch of the rows', () => {
  it.each(statements)('P-10 $name: no table is read through for a rebuild, and at its beginning about what it returns', async (walk) => {
    const { walkedThrough, rows } = await read(asked(walk.text, { buckets, key: [-1, ...nothing(walk.width)] }));
    expect(walkedThrough).toEqual([]);
    expect(rows).toBeLessThan(isFiltered(walk.name) ? ofTheShard : 10 * limit);
  });

  it.each(statements)('P-10 $name: in the midst, it is no more', async (walk) => {
    for (const { bucket, id: tenant } of [middle, largest]) {
      const { walkedThrough, rows } = await read(asked(walk.text, { buckets, key: [bucket, tenant, ...nothing(walk.width - 1)] }));
      expect(walkedThrough).toEqual([]);
      expect(rows).toBeLessThan(isFiltered(walk.name) ? ofTheShard : 10 * limit);
    }
  });

  it.each(statements)('P-9 $name: of one tenant, no table is read through, nor what is not its', async ({ ofTenant, width }) => {
    for (const { bucket, id: tenant } of [middle, largest]) {
      const at = { buckets: [bucket], key: [-1, ...nothing(width)], tenant };
      const { walkedThrough, rows } = await read(asked(ofTenant?.text ?? '', at));
      expect(walkedThrough).toEqual([]);
      expect(rows).toBeLessThan(4 * limit);
    }
  });
});
