import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { quoted, withDatabase } from './database-url.ts';
import './provided.ts';

export interface TestDatabase {
  readonly name: string;
  /** Connection string of a login that owns the tables; the runtime role is taken by whoever connects with it. */
  readonly url: string;
  drop(): Promise<void>;
}

/** A migrated, empty database of the test's own, cloned from the template. Drop it in `afterAll`. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { postgresUrl, templateDatabase } = inject('stack');
  const name = `tenantry_test_${randomBytes(6).toString('hex')}`;
  await onServer(postgresUrl, `CREATE DATABASE ${quoted(name)} TEMPLATE ${quoted(templateDatabase)}`);
  return {
    name,
    url: withDatabase(postgresUrl, name),
    drop: () => onServer(postgresUrl, `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`),
  };
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
