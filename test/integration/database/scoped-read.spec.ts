import { connectDatabase, type DatabaseConnection } from '#database/nest';
import { platformScope, tenantScope, type DataScope, type TenantId } from '#kernel';
import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { createOwnedDatabase, type OwnedDatabase } from './support/owner.ts';
import { seed, seeded } from './support/seed.ts';

const first = tenantScope(seeded.tenants[0] as TenantId);
const second = tenantScope(seeded.tenants[1] as TenantId);
const workspaces = { name: 'test_workspaces', text: 'SELECT tenant_id FROM workspaces ORDER BY tenant_id' };

describe('D-2 a read sees exactly its scope', () => {
  let owned: OwnedDatabase;
  let connection: DatabaseConnection;
  let atRest: () => Promise<number>;

  beforeAll(async () => {
    owned = await createOwnedDatabase();
    await seed(owned.owner);
  });
  afterAll(() => owned.drop());

  /** One connection, so that whatever a read leaves behind meets the next one. */
  beforeEach(async () => {
    connection = await connectDatabase({ url: owned.url, poolSize: 1 });
    const pool = (connection.dataSource.driver as unknown as { master: Pool }).master;
    atRest = async () => (await pool.query('SELECT FROM workspaces')).rowCount ?? -1;
  });
  afterEach(() => connection.close());

  const tenants = async (scope: DataScope, text = workspaces.text) => {
    const rows = await connection.database.read<{ tenant_id: string }>(scope, { ...workspaces, text });
    return rows.map(({ tenant_id }) => tenant_id);
  };

  it('D-2 one after the other on the same connection, which sees no tenant in between', async () => {
    for (const [scope, seen] of [
      [first, [seeded.tenants[0]]],
      [platformScope, seeded.tenants],
      [second, [seeded.tenants[1]]],
    ] as const) {
      expect(await tenants(scope)).toEqual(seen);
      expect(await atRest()).toBe(0);
    }
  });

  it('D-2 all at once', async () => {
    const scopes = Array.from({ length: 40 }, (_, nth) => (nth % 2 === 0 ? first : second));
    const seen = await Promise.all(scopes.map((scope) => tenants(scope)));
    expect(seen).toEqual(scopes.map((scope) => [scope === first ? seeded.tenants[0] : seeded.tenants[1]]));
  });

  it('D-2 one that fails among many fails alone', async () => {
    const reads = Array.from({ length: 20 }, (_, nth) =>
      nth === 3 ? connection.database.read(second, { text: 'SELECT 1 / 0' }) : tenants(nth % 2 === 0 ? first : second),
    );
    const outcomes = await Promise.allSettled(reads);
    expect(outcomes.map(({ status }) => status)).toEqual(reads.map((_, nth) => (nth === 3 ? 'rejected' : 'fulfilled')));
    expect(await atRest()).toBe(0);
  });

  it('D-2 those on a connection that is lost are told to come again', async () => {
    const sleep = { text: 'SELECT pg_sleep(20)' };
    const reads = Promise.allSettled([connection.database.read(first, sleep), tenants(first)]);
    await eventually(async () => {
      const { rowCount } = await owned.owner.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(20)'",
      );
      return rowCount === 1;
    });
    for (const outcome of await reads) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'database_unavailable' } });
    expect(await tenants(first)).toEqual([seeded.tenants[0]]);
  });

  it('D-2 those behind one that took too long to prepare are told to come again', async () => {
    const impatient = await connectDatabase({ url: owned.url, poolSize: 1, statementTimeoutMs: 300 });
    const read = () => impatient.database.read(first, workspaces);
    await owned.owner.query('BEGIN');
    await owned.owner.query('LOCK TABLE workspaces');
    for (const outcome of await Promise.allSettled([read(), read(), read()])) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'database_unavailable' } });
    }
    await owned.owner.query('ROLLBACK');
    expect(await read()).toHaveLength(1);
    await impatient.close();
  });

  it('D-2 without a name, with values, and with no row to give', async () => {
    const { database } = connection;
    const byName = (name: string) => database.read(first, { text: 'SELECT name FROM workspaces WHERE name = $1', values: [name] });
    expect(await byName('Root')).toEqual([{ name: 'Root' }]);
    expect(await byName('None')).toEqual([]);
    expect(await database.read(first, { text: 'SELECT tenant_id FROM workspaces' })).toHaveLength(1);
    expect(await atRest()).toBe(0);
  });

  it.each([
    ['refused when it is read', 'SELECT nothing FROM workspaces', '42703'],
    ['fails while it runs', "SELECT tenant_id::int AS tenant_id FROM workspaces WHERE name <> ''", '22P02'],
  ])('D-2 after a statement that %s nothing is left, and the same name can be used again', async (_what, text, code) => {
    await expect(tenants(first, text)).rejects.toMatchObject({ code });
    expect(await atRest()).toBe(0);
    expect(await tenants(second)).toEqual([seeded.tenants[1]]);
    expect(await atRest()).toBe(0);
  });

  it('D-2 also when the statement writes: it touches the rows of its scope alone', async () => {
    const insert = { text: 'UPDATE workspaces SET name = $1 RETURNING tenant_id', values: ['Mine'] };
    expect(await connection.database.read(first, insert)).toEqual([{ tenant_id: seeded.tenants[0] }]);
  });
});
