import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { createTestGraph, type TestGraph } from '../../../support/test-graph.ts';
import { runProgram, startService, type RunningService } from '../../../support/child-process.ts';
import { eventually } from '../../../support/eventually.ts';
import { FakeIssuer } from '../../../../apps/api/src/authentication/testing/fake-issuer.ts';
import { ApiClient } from './api-client.ts';

export const platformAdmin = 'root';

export interface ApiStackOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Without a worker nothing reaches the graph. */
  readonly worker?: boolean;
  /** Rows that are there before the first process starts; the projection finds them as after any loss of its graph. */
  readonly seed?: (databaseUrl: string, issuer: FakeIssuer) => Promise<void>;
}

interface StackParts {
  readonly database: TestDatabase;
  readonly graph: TestGraph;
  readonly issuer: FakeIssuer;
  readonly env: Readonly<Record<string, string>>;
}

/** The built API and worker on a database and a graph of their own, with an issuer that tokens can be had from. */
export class ApiStack {
  private constructor(
    private readonly parts: StackParts,
    public api: RunningService,
    public worker: RunningService | undefined,
  ) {}

  static async start({ env = {}, worker = true, seed }: ApiStackOptions = {}): Promise<ApiStack> {
    const [database, graph, issuer] = await Promise.all([createTestDatabase(), createTestGraph(), FakeIssuer.start()]);
    const settings = settingsFor(database, graph, issuer, env);
    const migrated = await runProgram({ program: 'apps/ops/src/main.js', args: ['migrate'], env: settings });
    if (migrated.code !== 0) throw new Error(`migrate failed: ${migrated.output}`);
    await seed?.(database.url, issuer);
    const working = worker
      ? await startService({ program: 'apps/worker/src/main.js', portVariable: 'WORKER_PORT', readyPath: '/healthz', env: settings })
      : undefined;
    const api = await startService({ program: 'apps/api/src/main.js', portVariable: 'PORT', env: settings });
    const stack = new ApiStack({ database, graph, issuer, env: settings }, api, working);
    if (worker) {
      await stack.settled().catch(async (cause: unknown) => {
        await stack.stop();
        throw new Error(`the stack did not settle\n${stack.api.child.output}\n${working?.child.output}`, { cause });
      });
    }
    return stack;
  }

  get database(): TestDatabase {
    return this.parts.database;
  }

  get graph(): TestGraph {
    return this.parts.graph;
  }

  get issuer(): FakeIssuer {
    return this.parts.issuer;
  }

  get env(): Readonly<Record<string, string>> {
    return this.parts.env;
  }

  /** Until every part is as it should be. */
  settled(): Promise<unknown> {
    const check = async () => {
      const report = await (await fetch(`${this.api.url}/readyz`)).text();
      if (!report.startsWith('{"status":"ok"')) throw new Error(report);
      return true;
    };
    return eventually(check, { within: 10_000, every: 50, what: 'a ready stack' });
  }

  /** Somebody, by name: the same name is always the same user. */
  async as(subject: string, claims: object = {}): Promise<ApiClient> {
    return new ApiClient(this.api.url, await this.issuer.token({ claims: { sub: subject, ...claims } }));
  }

  get nobody(): ApiClient {
    return new ApiClient(this.api.url);
  }

  async stop(): Promise<void> {
    await Promise.all([this.api.stop(), this.worker?.stop()]);
    await Promise.all([this.database.drop(), this.graph.stop(), this.issuer.stop()]);
  }
}

function settingsFor(database: TestDatabase, graph: TestGraph, issuer: FakeIssuer, env: Readonly<Record<string, string>>) {
  return {
    DATABASE_URL: database.url,
    SPICEDB_ENDPOINT: graph.endpoint,
    SPICEDB_TOKEN: graph.token,
    SPICEDB_INSECURE: 'true',
    SPICEDB_STALENESS_MS: String(graph.windowMs),
    TENANTRY_DEV_MODE: 'true',
    OIDC_ISSUERS: JSON.stringify([{ issuer: issuer.url, audience: 'tenantry', email_domains: ['example.com'] }]),
    PLATFORM_ADMINS: `${issuer.url}|${platformAdmin}`,
    LOG_LEVEL: 'info',
    // A test that wants to be refused says so.
    RATE_LIMIT_USER_PER_MINUTE: '1000000',
    RATE_LIMIT_ADDRESS_PER_MINUTE: '1000000',
    ...env,
  };
}
