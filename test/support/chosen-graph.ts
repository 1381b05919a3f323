import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { v1 } from '@authzed/authzed-node';
import { Metadata } from '@grpc/grpc-js';
import type { Child } from '../../apps/devstack/src/child-process.ts';
import { anyFreePort } from '../../apps/devstack/src/free-port.ts';
import { ensureDatabase, urlWith } from '../../apps/devstack/src/postgres/databases.ts';
import { migrateSpicedb, serveSpicedb } from '../../apps/devstack/src/spicedb/spicedb-binary.ts';
import { createTestGraph, type TestGraph } from './test-graph.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** As compose and devstack run it. */
const servedWindowMs = 1_000;

/**
 * The server of SPICEDB_ENDPOINT, which is never killed; else the program that SPICEDB_BINARY names, over a database of its own on the
 * given PostgreSQL; else the engine in memory.
 */
export async function chosenGraph(postgresUrl: string, env: Environment = process.env): Promise<TestGraph> {
  if (env.SPICEDB_ENDPOINT) return givenGraph(env.SPICEDB_ENDPOINT, env.SPICEDB_TOKEN ?? '');
  if (env.SPICEDB_BINARY) return servedGraph(env.SPICEDB_BINARY, postgresUrl);
  return createTestGraph();
}

/** A real server, which finds its graph again after a kill. PostgreSQL must keep commit timestamps for its Watch API. */
export async function servedGraph(binary: string, postgresUrl: string): Promise<TestGraph> {
  const [token, port] = [randomBytes(16).toString('hex'), await anyFreePort()];
  const database = `spicedb_${randomBytes(4).toString('hex')}`;
  await ensureDatabase(postgresUrl, database);
  const options = { binary, databaseUrl: urlWith(postgresUrl, { database }), port, token, onLine: () => undefined };
  await migrateSpicedb(options);
  let server: Child = await serveSpicedb(options);
  const kill = async () => {
    server.stopping = true;
    server.kill('SIGKILL');
    await server.ended;
  };
  return {
    endpoint: `127.0.0.1:${port}`,
    token,
    engine: `${versionOf(binary)}, datastore postgres`,
    windowMs: servedWindowMs,
    lasts: true,
    own: true,
    kill,
    async restart() {
      if (server.running) await kill();
      server = await serveSpicedb(options);
    },
    freeze: () => server.kill('SIGSTOP'),
    thaw: () => server.kill('SIGCONT'),
    async stop() {
      server.kill('SIGCONT');
      await server.stop();
    },
  };
}

/** Somebody else's server: nothing but its answers is used. */
async function givenGraph(endpoint: string, token: string): Promise<TestGraph> {
  const never = () => Promise.reject(new Error('this server is not the test’s to kill'));
  const version = await versionOfServer(endpoint, token);
  const engine = `SpiceDB ${version} given by SPICEDB_ENDPOINT, its datastore not known here`;
  const nothing = () => undefined;
  const windowMs = Number(process.env.SPICEDB_STALENESS_MS ?? servedWindowMs);
  const shared = { endpoint, token, engine, windowMs, lasts: true, own: false };
  return { ...shared, kill: never, restart: never, freeze: nothing, thaw: nothing, stop: () => Promise.resolve() };
}

function versionOf(binary: string): string {
  const said = execFileSync(binary, ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return said.trim().split('\n')[0] ?? 'spicedb';
}

/** SpiceDB names its version in a header, when asked for it. */
function versionOfServer(endpoint: string, token: string): Promise<string> {
  const client = v1.NewClient(token, endpoint, v1.ClientSecurity.INSECURE_PLAINTEXT_CREDENTIALS);
  const metadata = new Metadata();
  metadata.set('io.spicedb.requestversion', '1');
  return new Promise<string>((resolve) => {
    const call = client.readSchema(v1.ReadSchemaRequest.create(), metadata, {}, () => resolve('of unknown version'));
    call.on('metadata', (header) => {
      const [said] = header.get('io.spicedb.debug.version');
      if (said !== undefined) resolve(said.toString());
    });
  }).finally(() => client.close());
}
