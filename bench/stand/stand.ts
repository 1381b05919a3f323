import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectDatabase, platformPool, type DatabaseConnection } from '#database/nest';
import type { Pool } from 'pg';
import { ensureRuntimeLogin, urlWith } from '../../apps/devstack/src/postgres/databases.ts';
import { stackLog } from '../../apps/devstack/src/stack/stack-log.ts';
import { BareGraph } from '../load/bare-graph.ts';
import { CpuMeter } from './cpu-meter.ts';
import { argumentsOf, processListeningOn, residentMegabytes } from './process-tree.ts';
import { databaseServer, graphServer, machine, onServer, type DatabaseServer, type GraphServer } from './servers.ts';
import { Services } from './services.ts';

export interface StandDescription {
  readonly machine: string;
  readonly postgres: string;
  readonly spicedb: string;
  readonly queue: string;
  /** False with the embedded engine: its numbers say nothing about a deployment. */
  readonly judged: boolean;
}

type Stop = () => Promise<void>;

/** Everything a measurement needs: servers, the product's own processes, a bare client beside them, and a meter on all. */
export class Stand {
  readonly cpu = new CpuMeter();
  private readonly running = new Map<'api' | 'worker', Stop>();

  private constructor(
    readonly description: StandDescription,
    readonly graph: BareGraph,
    /** Connections of the runtime role that work across tenants. */
    readonly pool: Pool,
    readonly database: DatabaseConnection,
    private readonly inner: { services: Services; databaseServer: DatabaseServer; graphServer: GraphServer; stops: Stop[] },
  ) {}

  static async open(root: string, env: NodeJS.ProcessEnv, progress: (message: string) => void): Promise<Stand> {
    const stops: Stop[] = [];
    try {
      return await Stand.assemble(root, env, progress, stops);
    } catch (error) {
      for (const stop of stops.reverse()) await stop().catch(() => undefined);
      throw error;
    }
  }

  private static async assemble(root: string, env: NodeJS.ProcessEnv, progress: (message: string) => void, stops: Stop[]): Promise<Stand> {
    const logs = await mkdtemp(join(tmpdir(), 'tenantry-bench-logs-'));
    progress(`logs of all processes: ${logs}`);
    const say = stackLog(logs, () => undefined);
    const server = await databaseServer(env, (line) => say.line('postgres', line));
    stops.push(() => server.stop());
    const engine = await graphServer(env, server, (line) => say.line('spicedb', line));
    stops.push(() => engine.stop());
    const graph = new BareGraph(engine);
    stops.push(async () => graph.close());
    await refuseForeignGraph(graph, env);
    const runtimeUrl = urlWith(server.ownerUrl, { user: 'tenantry_bench', password: randomBytes(12).toString('hex') });
    const services = await Services.prepare({ root, say, ownerUrl: server.ownerUrl, runtimeUrl, spicedb: engine });
    stops.push(() => services.stop());
    await services.migrate();
    await ensureRuntimeLogin(server.ownerUrl, { name: 'tenantry_bench', password: new URL(runtimeUrl).password });
    const pool = platformPool({ url: runtimeUrl, applicationName: 'tenantry-bench', statementTimeoutMs: 0 });
    stops.push(() => pool.end());
    const database = await connectDatabase({ url: runtimeUrl, applicationName: 'tenantry-bench', statementTimeoutMs: 0 });
    stops.push(() => database.close());
    const spicedb = `${await graph.version()}, ${engine.description}${datastoreOf(engine)}`;
    const queue = env.REDIS_URL ? 'BullMQ on Redis' : 'BullMQ on PostgreSQL';
    const description = { machine: machine(), postgres: server.description, spicedb, queue, judged: engine.judged };
    const stand = new Stand(description, graph, pool, database, { services, databaseServer: server, graphServer: engine, stops });
    stand.cpu.watch('postgres', portOf(new URL(server.ownerUrl)), partsOfPostgres(server, engine));
    stand.cpu.watch('spicedb', portOf(new URL(`tcp://${engine.endpoint}`)));
    return stand;
  }

  /** Starts a process of the product unless it runs, and waits until it is ready. */
  async need(name: 'api' | 'worker'): Promise<void> {
    if (this.running.has(name)) return;
    const part = await this.inner.services.start(name);
    this.running.set(name, () => part.stop());
    this.cpu.watch(name, this.inner.services.portOf(name));
  }

  async without(name: 'api' | 'worker'): Promise<void> {
    await this.running.get(name)?.();
    this.running.delete(name);
    this.cpu.forget(name);
  }

  /** Megabytes that a process of the product holds now; null where nobody tells. */
  memoryOf(name: 'api' | 'worker'): number | null {
    const pid = process.platform === 'linux' ? processListeningOn(this.inner.services.portOf(name)) : null;
    return pid === null ? null : residentMegabytes(pid);
  }

  get apiPort(): number {
    return this.inner.services.portOf('api');
  }

  tokenFor(subject: string): Promise<string> {
    return this.inner.services.tokenFor(subject);
  }

  /**
   * After a bulk load the planner of a database knows nothing of what came, checks were 15 times slower before; and whoever reads a row first
   * pays for what autovacuum would have done a minute later. Only the owner of the tables can see to it: of anybody else ANALYZE takes no notice.
   */
  async settle(): Promise<void> {
    const { databaseServer: product, graphServer: engine } = this.inner;
    for (const url of [product.ownerUrl, engine.databaseUrl]) {
      if (url !== undefined) await onServer(url, (client) => client.query('VACUUM (ANALYZE)'));
    }
  }

  async close(): Promise<void> {
    for (const name of [...this.running.keys()]) await this.without(name);
    for (const stop of this.inner.stops.reverse()) await stop().catch(() => undefined);
  }
}

/** A backend's command line names its database. */
function partsOfPostgres(server: DatabaseServer, engine: GraphServer): (commandLine: string) => string {
  const databaseOf = (url: string | undefined): string => new URL(url ?? 'postgres:///').pathname.slice(1);
  const [product, graph] = [databaseOf(server.ownerUrl), databaseOf(engine.databaseUrl)];
  return (line) => {
    if (line.includes(` ${product} `)) return 'postgres for product';
    return graph !== '' && line.includes(` ${graph} `) ? 'postgres for spicedb' : 'postgres itself';
  };
}

const portOf = (url: URL): number => Number(url.port || 5432);

/** The projection owns its graph: beside a new database it would take everything it finds there for remains, and remove it. */
async function refuseForeignGraph(graph: BareGraph, env: NodeJS.ProcessEnv): Promise<void> {
  if (env.BENCH_SPICEDB_IS_DISPOSABLE === 'true' || !(await graph.hasSchema())) return;
  throw new Error(
    'This SpiceDB already has a schema, and the benchmark would replace what is in it. Give it an empty one, or set BENCH_SPICEDB_IS_DISPOSABLE=true.',
  );
}

/** What a given server on this machine says about its datastore on its command line. */
function datastoreOf({ endpoint, databaseUrl }: GraphServer): string {
  if (databaseUrl !== undefined || process.platform !== 'linux') return '';
  const pid = /^(127\.|localhost:)/.test(endpoint) ? processListeningOn(Number(endpoint.split(':')[1])) : null;
  const engine = pid === null ? undefined : argumentsOf(pid).find((argument) => argument.startsWith('--datastore-engine='));
  return engine === undefined ? '' : `, ${engine.slice(2)}`;
}
