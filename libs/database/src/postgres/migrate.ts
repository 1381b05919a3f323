import { migrations } from '#migrations';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type QueryRunner } from 'typeorm';
import { schema } from './data-source.ts';

export interface MigrationConfig {
  /** A login that may create the schema and its role: the owner. */
  readonly url: string;
}

async function withOwner<T>(config: MigrationConfig, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = new DataSource({
    type: 'postgres',
    url: config.url,
    applicationName: 'tenantry-migrate',
    installExtensions: false,
    migrations,
    migrationsTableName: 'migrations',
    migrationsTransactionMode: 'each',
    extra: { options: `-c search_path=${schema}`, max: 2, connectionTimeoutMillis: 10_000 },
  });
  await dataSource.initialize();
  try {
    await dataSource.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`).catch(async (error: { code?: string }) => {
      if (error.code !== '23505') throw error;
    });
    return await exclusively(dataSource, () => work(dataSource));
  } finally {
    await dataSource.destroy();
  }
}

const askEveryMs = 100;

/**
 * One migrator at a time: the second waits, then finds nothing to do. It asks again and again, because a statement that waits
 * holds a snapshot, and an index that the first one builds CONCURRENTLY would wait for that: both for ever.
 */
async function exclusively<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const guard = dataSource.createQueryRunner();
  await guard.connect();
  try {
    while (!(await lock(guard))) await pause(askEveryMs);
    try {
      return await work();
    } finally {
      await guard.query("SELECT pg_advisory_unlock(hashtext('tenantry.migrations'))");
    }
  } finally {
    await guard.release();
  }
}

async function lock(guard: QueryRunner): Promise<boolean> {
  const [row] = (await guard.query("SELECT pg_try_advisory_lock(hashtext('tenantry.migrations')) AS locked")) as { locked: boolean }[];
  return row?.locked === true;
}

/** Applies what is missing. Returns the names of what it applied, in order. */
export async function runMigrations(config: MigrationConfig): Promise<string[]> {
  return withOwner(config, async (dataSource) => (await dataSource.runMigrations()).map(({ name }) => name));
}

/** Takes back the newest applied migration; data that only it can hold is lost. */
export async function revertMigration(config: MigrationConfig): Promise<void> {
  await withOwner(config, (dataSource) => dataSource.undoLastMigration());
}
