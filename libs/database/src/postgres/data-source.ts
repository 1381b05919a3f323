import pg, { type Pool } from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';

export interface DatabaseConfig {
  /** A `postgres://` URL. The login must be a member of `tenantry_runtime`; it need not own anything. */
  readonly url: string;
  /** Connections of this process at most. Default 10. */
  readonly poolSize?: number;
  /** Shown in `pg_stat_activity`. */
  readonly applicationName?: string;
  /** Milliseconds after which a statement is cancelled and the caller told 503. Default 10,000; 0: never. */
  readonly statementTimeoutMs?: number;
}

export const schema = 'tenantry';
export const runtimeRole = 'tenantry_runtime';

/**
 * Runtime connections drop the owner's rights at start-up: row-level security then applies, whoever logged in. Nothing is compiled: a
 * statement that finds a page in 0.4 ms can look expensive enough to the planner for 40 ms of compilation.
 */
const startUp = `-c role=${runtimeRole} -c search_path=${schema} -c timezone=UTC -c jit=off`;

/** A pool whose statements are pipelined: what is sent together costs one round trip. */
export function runtimeDataSource(config: DatabaseConfig): DataSource {
  return new DataSource({
    type: 'postgres',
    url: config.url,
    applicationName: config.applicationName ?? 'tenantry',
    installExtensions: false,
    extra: {
      options: startUp,
      pipeline: true,
      max: config.poolSize ?? 10,
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 60_000,
      keepAlive: true,
      statement_timeout: config.statementTimeoutMs ?? 10_000,
      idle_in_transaction_session_timeout: 120_000,
    },
  });
}

export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as PostgresDriver).master as Pool;
}

/**
 * For relays and projectors: every connection works across all tenants, from its first statement on. Their statements find
 * rows by keys or take the first of an index, and must go on doing so when a table that was empty holds a backlog. The
 * planner cannot know how few rows row-level security hides from them, and would read and sort 25,000 rows to find 16.
 */
const byIndexOnly = '-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_bitmapscan=off';

export function platformPool(config: DatabaseConfig): Pool {
  const pool = new pg.Pool({
    connectionString: config.url,
    application_name: config.applicationName ?? 'tenantry',
    options: `${startUp} -c tenantry.tenant=* ${byIndexOnly}`,
    pipeline: true,
    max: config.poolSize ?? 10,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    statement_timeout: config.statementTimeoutMs ?? 10_000,
    idle_in_transaction_session_timeout: 120_000,
  });
  surviveLostConnections(pool);
  return pool;
}

/**
 * Whoever used a connection that broke is told by its statement, and gives it back to be thrown away. The driver says it a
 * second time as an event, which ends the process when nobody listens: the pool does so only while the connection lies in it.
 */
export function surviveLostConnections(pool: Pool): void {
  const heard = new WeakSet<object>();
  pool.on('error', () => undefined);
  pool.on('acquire', (client) => {
    if (heard.has(client)) return;
    heard.add(client);
    client.on('error', () => undefined);
  });
}
