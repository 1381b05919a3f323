import { ensureRuntimeLogin, urlWith } from '../postgres/databases.ts';
import { binaryGraph, embeddedGraph, type GraphPart } from '../spicedb/graph-part.ts';
import { findSpicedbBinary } from '../spicedb/spicedb-binary.ts';
import { ADMINISTRATOR, AUDIENCE, startDevIssuer, type DevIdentity } from './dev-identity.ts';
import { runCommand, servicePart } from './node-part.ts';
import type { Say } from './stack-log.ts';
import { settings, type Connections, type Environment } from './settings.ts';
import { embeddedDatabase, externalDatabase, spicedbDatabase, type StackDatabase } from './stack-database.ts';
import type { Secrets, StackFile, StackFolder } from './stack-folder.ts';
import { choosePorts, type StackPorts } from './stack-ports.ts';
import { Supervisor, type SupervisedPart } from './supervisor.ts';

export interface StackOptions {
  /** Folder of the repository, built. */
  readonly root: string;
  readonly folder: StackFolder;
  readonly env: Environment;
  readonly say: Say;
}

interface Graph {
  readonly endpoint: string;
  readonly token: string;
  readonly engine: string;
  readonly stalenessMs?: number;
}

/** A whole Tenantry on one machine: what is not given is started here, in order, and stopped in the reverse order. */
export class LocalStack {
  readonly #stops: (() => Promise<void>)[] = [];
  readonly #services: Supervisor[] = [];
  #stopping: Promise<void> | undefined;

  constructor(private readonly options: StackOptions) {}

  /** Resolves when the API and the worker are ready. After a failure, `stop()` takes back what was started. */
  async start(): Promise<{ file: StackFile; identity: DevIdentity }> {
    const { folder, env } = this.options;
    const secrets = await folder.secrets();
    const ports = await choosePorts(folder, env);
    const database = await this.#startDatabase(secrets, ports.postgres);
    const graph = await this.#startGraph(database, secrets, ports.spicedb);
    const identity = await this.#startIssuer(ports.issuer);
    const databaseUrl = await this.#migrate(database, graph, secrets);
    const spicedb = { spicedbEndpoint: graph.endpoint, spicedbToken: graph.token };
    const staleness = graph.stalenessMs === undefined ? {} : { spicedbStalenessMs: graph.stalenessMs };
    await this.#startServices({ databaseUrl, ...spicedb, ...staleness, identity, ports }, ports);
    const file = describe(ports, databaseUrl, graph, identity);
    await folder.announce(file);
    return { file, identity };
  }

  /** Last started, first stopped; a part that will not go does not keep the others. */
  stop(): Promise<void> {
    return (this.#stopping ??= this.#stopAll());
  }

  /** API and worker, after a build. */
  async restartServices(): Promise<void> {
    await Promise.all(this.#services.map((service) => service.restart()));
  }

  async #stopAll(): Promise<void> {
    for (const stop of this.#stops.reverse()) {
      await stop().catch((error: unknown) => this.options.say(`while stopping: ${(error as Error).message}`));
    }
  }

  async #startDatabase(secrets: Secrets, port: number): Promise<StackDatabase> {
    const { env, folder, say } = this.options;
    const database = env.DATABASE_URL
      ? externalDatabase(env.DATABASE_URL, env.DATABASE_OWNER_URL)
      : await embeddedDatabase(folder, secrets.postgresPassword, port, say);
    if (database.supervisor) this.#stops.push(() => database.supervisor!.stop());
    say(`PostgreSQL: ${database.description}`);
    return database;
  }

  async #startGraph(database: StackDatabase, secrets: Secrets, port: number): Promise<Graph> {
    const { env, say } = this.options;
    if (env.SPICEDB_ENDPOINT) {
      if (!env.SPICEDB_TOKEN) throw new Error('SPICEDB_ENDPOINT is set, SPICEDB_TOKEN is not.');
      say(`SpiceDB:    given by SPICEDB_ENDPOINT (${env.SPICEDB_ENDPOINT})`);
      return { endpoint: env.SPICEDB_ENDPOINT, token: env.SPICEDB_TOKEN, engine: 'given' };
    }
    const part = await this.#chooseGraph(database, secrets.spicedbToken, port);
    await this.#supervise(part);
    say(`SpiceDB:    ${part.engine}, port ${port}`);
    const { engine, stalenessMs } = part;
    return { endpoint: `127.0.0.1:${port}`, token: secrets.spicedbToken, engine, ...(stalenessMs !== undefined && { stalenessMs }) };
  }

  async #chooseGraph(database: StackDatabase, token: string, port: number): Promise<GraphPart> {
    const { env, root, say } = this.options;
    const options = { port, token, onLine: (line: string) => say.line('spicedb', line) };
    const binary = findSpicedbBinary(env);
    if (!binary) return embeddedGraph(options, root);
    return binaryGraph({ ...options, binary, databaseUrl: await spicedbDatabase(database.ownerUrl) });
  }

  async #startIssuer(port: number): Promise<DevIdentity> {
    const identity = await startDevIssuer(this.options.folder, port);
    this.#stops.push(() => identity.issuer.stop());
    this.options.say(`Issuer:     for development, ${identity.url}`);
    return identity;
  }

  /** By the owner's login, as the one-shot job of a deployment does it. @returns what the services connect with */
  async #migrate(database: StackDatabase, graph: Graph, secrets: Secrets): Promise<string> {
    const { root, say, env } = this.options;
    const owner = { DATABASE_URL: database.ownerUrl, DATABASE_OWNER_URL: database.ownerUrl };
    const spicedb = { SPICEDB_ENDPOINT: graph.endpoint, SPICEDB_TOKEN: graph.token, SPICEDB_INSECURE: env.SPICEDB_INSECURE };
    await runCommand({ name: 'migrate', root, program: 'apps/ops/src/main.js', args: ['migrate'], env: { ...owner, ...spicedb } }, say);
    if (env.DATABASE_URL) return env.DATABASE_URL;
    await ensureRuntimeLogin(database.ownerUrl, { name: RUNTIME_LOGIN, password: secrets.postgresPassword });
    return urlWith(database.ownerUrl, { user: RUNTIME_LOGIN });
  }

  async #startServices(connections: Connections, ports: StackPorts): Promise<void> {
    const { root, env, say } = this.options;
    const common = { root, env: settings(connections, env) };
    const service = (name: 'api' | 'worker') =>
      servicePart({ ...common, name, program: `apps/${name}/src/main.js`, readyUrl: `http://127.0.0.1:${ports[name]}/readyz` }, say);
    await Promise.all(
      (['worker', 'api'] as const).map(async (name) => {
        this.#services.push(await this.#supervise(service(name)));
      }),
    );
  }

  async #supervise(part: SupervisedPart): Promise<Supervisor> {
    if (this.#stopping) throw new Error('The stack is being stopped.');
    const supervisor = new Supervisor(part, this.options.say);
    this.#stops.push(() => supervisor.stop());
    await supervisor.start();
    return supervisor;
  }
}

const RUNTIME_LOGIN = 'tenantry_app';

function describe(ports: StackPorts, database: string, graph: Graph, identity: DevIdentity): StackFile {
  return {
    pid: process.pid,
    startedAt: new Date().toISOString(),
    api: `http://127.0.0.1:${ports.api}`,
    worker: `http://127.0.0.1:${ports.worker}`,
    issuer: { url: identity.url, issuer: identity.name, audience: AUDIENCE },
    spicedb: graph,
    database,
    administrator: ADMINISTRATOR,
  };
}
