import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectQueue } from '#outbox/nest';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { EmbeddedPostgres } from '../../../apps/devstack/src/postgres/embedded-postgres.ts';
import { runProgram } from '../../support/child-process.ts';
import '../../support/provided.ts';

const PASSWORD = 'letters4digits';

/** The statements that the database's container runs once, with every password set to ours. */
function setUpStatements(): string[] {
  const script = readFileSync('docker/postgres/10-databases.sh', 'utf8');
  const [, sql = ''] = /<<'SQL'\n([\s\S]*?)\nSQL/.exec(script) ?? [];
  return sql
    .replaceAll(/:'\w+'/g, `'${PASSWORD}'`)
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

describe('the logins that docker-compose.yml gives', () => {
  let postgres: EmbeddedPostgres;

  const as = async (login: string, database: string, ...statements: string[]) => {
    const client = new pg.Client({ host: '127.0.0.1', port: postgres.port, user: login, password: PASSWORD, database });
    await client.connect();
    try {
      for (const statement of statements) await client.query(statement);
    } finally {
      await client.end();
    }
  };

  const url = (login: string) => `postgres://${login}:${PASSWORD}@127.0.0.1:${postgres.port}/tenantry`;

  beforeAll(async () => {
    const folder = join(tmpdir(), `tenantry-logins-${randomBytes(4).toString('hex')}`);
    postgres = await EmbeddedPostgres.start({ folder, password: PASSWORD, usualPort: 0, temporary: true, settings: ['fsync=off'] });
    await as('postgres', 'postgres', ...setUpStatements());
  });

  afterAll(() => postgres.stop());

  test('suffice for the migration, run twice', async () => {
    const { spicedbEndpoint, spicedbToken } = inject('stack');
    const env = {
      DATABASE_URL: url('tenantry_app'),
      DATABASE_OWNER_URL: url('tenantry_owner'),
      SPICEDB_ENDPOINT: spicedbEndpoint,
      SPICEDB_TOKEN: spicedbToken,
    };
    const first = await runProgram({ program: 'apps/ops/src/main.js', args: ['migrate'], env });
    expect(first, first.output).toMatchObject({ code: 0, output: expect.stringContaining('Applied:') });
    const second = await runProgram({ program: 'apps/ops/src/main.js', args: ['migrate'], env });
    expect(second, second.output).toMatchObject({ code: 0, output: expect.stringContaining('up to date') });
  });

  test('let the services use the queue, from its first job on', async () => {
    const queue = connectQueue({ databaseUrl: url('tenantry_app') });
    const job = await queue.add('drain', { shard: 0 }, { delay: 3_600_000 });
    expect(Number(job.id)).toBeGreaterThan(0);
    await queue.close();
  });

  test('let the services do nothing to the tables but use them', async () => {
    await expect(
      as('tenantry_app', 'tenantry', 'SET ROLE tenantry_runtime', 'SELECT count(*) FROM tenantry.tenants'),
    ).resolves.toBeUndefined();
    await expect(as('tenantry_app', 'tenantry', 'ALTER TABLE tenantry.tenants DISABLE ROW LEVEL SECURITY')).rejects.toMatchObject({
      code: '42501',
    });
    await expect(as('tenantry_app', 'tenantry', 'SET ROLE tenantry_owner')).rejects.toMatchObject({ code: '42501' });
    await expect(as('tenantry_app', 'tenantry', 'CREATE SCHEMA mine')).rejects.toMatchObject({ code: '42501' });
  });

  test('keep SpiceDB and Tenantry out of each other’s database', async () => {
    await expect(as('tenantry_app', 'spicedb', 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
    await expect(as('spicedb', 'tenantry', 'SELECT 1')).rejects.toMatchObject({ code: '42501' });
    await expect(as('spicedb', 'spicedb', 'CREATE TABLE theirs (id int)')).resolves.toBeUndefined();
  });
});
