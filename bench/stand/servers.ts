import { randomBytes } from 'node:crypto';
import { rm, mkdtemp } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { anyFreePort } from '../../apps/devstack/src/free-port.ts';
import { ensureDatabase, urlWith } from '../../apps/devstack/src/postgres/databases.ts';
import { EmbeddedPostgres } from '../../apps/devstack/src/postgres/embedded-postgres.ts';
import { BridgeProcess } from '../../apps/devstack/src/spicedb/bridge-process.ts';
import { findSpicedbBinary, migrateSpicedb, serveSpicedb } from '../../apps/devstack/src/spicedb/spicedb-binary.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A PostgreSQL server, and the database of the benchmark on it. */
export interface DatabaseServer {
  readonly description: string;
  readonly ownerUrl: string;
  stop(): Promise<void>;
}

/** A SpiceDB with nothing in it. */
export interface GraphServer {
  readonly endpoint: string;
  readonly token: string;
  readonly description: string;
  /** The database SpiceDB keeps its graph in, where we know it: its statistics are brought up to date after a bulk load. */
  readonly databaseUrl: string | undefined;
  /** Bars are judged on a server with a datastore that lasts; the embedded engine is for trying the benchmark out. */
  readonly judged: boolean;
  stop(): Promise<void>;
}

/** A database of its own: on the server of DATABASE_URL, else on an embedded one, whose settings are those that compose ships. */
export async function databaseServer(env: Environment, log: (line: string) => void): Promise<DatabaseServer> {
  const name = `tenantry_bench_${randomBytes(4).toString('hex')}`;
  if (env.DATABASE_URL) {
    const server = env.DATABASE_OWNER_URL ?? env.DATABASE_URL;
    await ensureDatabase(server, name);
    const ownerUrl = urlWith(server, { database: name });
    const stop = () => onServer(server, (client) => client.query(`DROP DATABASE ${client.escapeIdentifier(name)} WITH (FORCE)`));
    return { description: `${await versionOf(ownerUrl)}, given by DATABASE_URL`, ownerUrl, stop: async () => void (await stop()) };
  }
  const folder = await mkdtemp(join(tmpdir(), 'tenantry-bench-data-'));
  await rm(folder, { recursive: true });
  const postgres = await EmbeddedPostgres.start({
    folder,
    password: randomBytes(16).toString('hex'),
    usualPort: 0,
    temporary: true,
    settings: ['track_commit_timestamp=on'],
    log,
  });
  await ensureDatabase(postgres.url('postgres'), name);
  const ownerUrl = postgres.url(name);
  return { description: `${await versionOf(ownerUrl)}, embedded, default settings`, ownerUrl, stop: () => postgres.stop() };
}

/** The server of SPICEDB_ENDPOINT, else a `spicedb` program over the same PostgreSQL, else the embedded engine in memory. */
export async function graphServer(env: Environment, database: DatabaseServer, log: (line: string) => void): Promise<GraphServer> {
  if (env.SPICEDB_ENDPOINT) {
    return {
      endpoint: env.SPICEDB_ENDPOINT,
      token: env.SPICEDB_TOKEN ?? '',
      description: 'given by SPICEDB_ENDPOINT',
      databaseUrl: env.BENCH_SPICEDB_DATABASE_URL,
      judged: true,
      stop: () => Promise.resolve(),
    };
  }
  const token = randomBytes(16).toString('hex');
  const binary = findSpicedbBinary(env);
  if (binary !== undefined) return spicedbOverPostgres(binary, token, database, log);
  const bridge = await BridgeProcess.start({ port: 0, token, onLine: log });
  const description = `embedded engine ${bridge.engine}, graph in memory`;
  return { endpoint: bridge.endpoint, token, description, databaseUrl: undefined, judged: false, stop: () => bridge.stop() };
}

async function spicedbOverPostgres(
  binary: string,
  token: string,
  database: DatabaseServer,
  log: (line: string) => void,
): Promise<GraphServer> {
  const name = `spicedb_bench_${randomBytes(4).toString('hex')}`;
  await ensureDatabase(database.ownerUrl, name);
  const databaseUrl = urlWith(database.ownerUrl, { database: name });
  const port = await anyFreePort();
  const options = { binary, databaseUrl, port, token, onLine: log };
  await migrateSpicedb(options);
  const child = await serveSpicedb(options);
  const stop = async () => {
    await child.stop();
    await onServer(database.ownerUrl, (client) => client.query(`DROP DATABASE ${client.escapeIdentifier(name)} WITH (FORCE)`));
  };
  const description = 'datastore postgres on the same server, revision quantization 1 s, no extra staleness';
  return { endpoint: `127.0.0.1:${port}`, token, description, databaseUrl, judged: true, stop };
}

export async function onServer<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return work(client).finally(() => client.end());
}

async function versionOf(url: string): Promise<string> {
  const { rows } = await onServer(url, (client) => client.query<{ server_version: string }>('SHOW server_version'));
  return `PostgreSQL ${rows[0]?.server_version ?? '?'}`;
}

export function machine(): string {
  const all = cpus();
  return `${all.length} × ${all[0]?.model.trim() ?? 'unknown processor'}, Node ${process.versions.node}, ${process.platform}`;
}
