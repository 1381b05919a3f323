import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMigrations } from '#database/nest';
import { migrateQueue } from '#outbox/nest';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { EmbeddedPostgres } from '../../apps/devstack/src/postgres/embedded-postgres.ts';
import { BridgeProcess } from '../../apps/devstack/src/spicedb/bridge-process.ts';
import { quoted, withDatabase } from './database-url.ts';
import { buildIfStale } from '../../scripts/build.mjs';
import type { ProvidedStack } from './provided.ts';

interface RunningStack {
  readonly provided: ProvidedStack;
  stop(): Promise<void>;
}

interface SharedStack {
  users: number;
  stack: Promise<RunningStack>;
}

/** Several projects of one run share a stack; each gets its own copy of this module, hence the global. */
const shared = globalThis as { tenantryTestStack?: SharedStack };

/** One PostgreSQL (temporary, without fsync), one SpiceDB and one migrated template for the whole run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const use = (shared.tenantryTestStack ??= { users: 0, stack: startStack() });
  use.users += 1;
  const stack = await use.stack;
  project.provide('stack', stack.provided);
  return async () => {
    use.users -= 1;
    if (use.users > 0) return;
    delete shared.tenantryTestStack;
    await stack.stop();
  };
}

async function startStack(): Promise<RunningStack> {
  await build();
  const postgres = await startPostgres();
  const templateDatabase = `tenantry_template_${randomBytes(4).toString('hex')}`;
  const [graph] = await Promise.all([startGraph(), makeTemplate(postgres.url, templateDatabase)]).catch(async (error: unknown) => {
    await postgres.stop();
    throw error;
  });
  return {
    provided: {
      postgresUrl: postgres.url,
      templateDatabase,
      spicedbEndpoint: graph.endpoint,
      spicedbToken: graph.token,
      engine: graph.engine,
    },
    async stop() {
      await graph.stop();
      if (!postgres.temporary) await dropTemplate(postgres.url, templateDatabase);
      await postgres.stop();
    },
  };
}

/** Tests that start processes run what the compiler made of today's sources. */
async function build(): Promise<void> {
  const { ok, output } = await buildIfStale();
  // The type check is a gate of its own; the compiler writes its output all the same, and the tests say what is broken.
  if (!ok) console.warn(`The build reported errors:\n${output}`);
}

async function startPostgres() {
  const external = process.env.DATABASE_URL;
  if (external) return { url: withDatabase(external, 'postgres'), temporary: false, stop: () => Promise.resolve() };
  const parent = await mkdtemp(join(tmpdir(), 'tenantry-test-'));
  await rm(parent, { recursive: true });
  const postgres = await EmbeddedPostgres.start({
    folder: parent,
    password: randomBytes(16).toString('hex'),
    usualPort: 0,
    temporary: true,
    settings: ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'shared_buffers=64MB'],
  });
  return { url: postgres.url('postgres'), temporary: true, stop: () => postgres.stop() };
}

async function startGraph() {
  const { SPICEDB_ENDPOINT: endpoint, SPICEDB_TOKEN: given } = process.env;
  if (endpoint) return { endpoint, token: given ?? '', engine: 'external', stop: () => Promise.resolve() };
  const token = randomBytes(16).toString('hex');
  const bridge = await BridgeProcess.start({ port: 0, token });
  return { endpoint: bridge.endpoint, token, engine: bridge.engine, stop: () => bridge.stop() };
}

async function makeTemplate(postgresUrl: string, name: string): Promise<void> {
  await onServer(postgresUrl, `CREATE DATABASE ${quoted(name)}`);
  await runMigrations({ url: withDatabase(postgresUrl, name) });
  await migrateQueue({ url: withDatabase(postgresUrl, name) });
}

function dropTemplate(postgresUrl: string, name: string): Promise<void> {
  return onServer(postgresUrl, `DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
