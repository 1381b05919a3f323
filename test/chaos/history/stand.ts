import { randomBytes } from 'node:crypto';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { queueSchema } from '../../../libs/outbox/src/bullmq/projection-queue.ts';
import { FakeIssuer } from '../../../apps/api/src/authentication/testing/fake-issuer.ts';
import { startRedis, type RedisServer } from '../../integration/outbox/support/redis-server.ts';
import { OwnerConnection } from '../../integration/iam/support/owner-connection.ts';
import { chosenGraph } from '../../support/chosen-graph.ts';
import { runProgram } from '../../support/child-process.ts';
import { eventually } from '../../support/eventually.ts';
import { RefusingProxy } from '../../support/refusing-proxy.ts';
import type { TestGraph } from '../../support/test-graph.ts';
import type { DatabaseServer } from './database-server.ts';
import { GraphLog } from './graph-log.ts';
import { askOwner } from './owner-queries.ts';
import { Part } from './part.ts';
import { keepRowHistory } from './row-log.ts';

export const platformAdmin = 'root';

interface Servers {
  readonly postgres: DatabaseServer;
  readonly databaseUrl: string;
  readonly graph: TestGraph;
  readonly door: RefusingProxy;
  readonly issuer: FakeIssuer;
  readonly redis: RedisServer | null;
}

const settledWithinMs = 90_000;

/** All of the product as processes, with the servers under them and the recorders beside them. */
export class Stand {
  readonly parts: { api?: Part; workers: Part[] } = { workers: [] };
  readonly graphLog: GraphLog;
  private readonly connection: SpiceDbConnection;

  private constructor(readonly servers: Servers) {
    this.graphLog = new GraphLog(servers.graph);
    this.connection = connectSpiceDb({ ...servers.graph, insecure: true });
  }

  /** Servers, tables and recorders; no process of ours yet. */
  static async lay(postgres: DatabaseServer, options: { readonly redis: boolean }): Promise<Stand> {
    const databaseUrl = await postgres.database(`history_${randomBytes(4).toString('hex')}`);
    const graph = await chosenGraph(postgres.url);
    const [door, issuer, redis] = await Promise.all([
      RefusingProxy.start(graph.endpoint),
      FakeIssuer.start(),
      options.redis ? startRedis() : null,
    ]);
    const stand = new Stand({ postgres, databaseUrl, graph, door, issuer, redis });
    await stand.graphLog.begin();
    const migrated = await runProgram({ program: 'apps/ops/src/main.js', args: ['migrate'], env: stand.env });
    if (migrated.code !== 0) throw new Error(`migrate failed: ${migrated.output}`);
    await stand.asOwner(keepRowHistory);
    return stand;
  }

  get env(): Readonly<Record<string, string>> {
    const { databaseUrl, graph, door, issuer, redis } = this.servers;
    return {
      DATABASE_URL: databaseUrl,
      SPICEDB_ENDPOINT: door.endpoint,
      SPICEDB_TOKEN: graph.token,
      SPICEDB_INSECURE: 'true',
      SPICEDB_STALENESS_MS: String(graph.windowMs),
      TENANTRY_DEV_MODE: 'true',
      OIDC_ISSUERS: JSON.stringify([{ issuer: issuer.url, audience: 'tenantry', email_domains: ['example.com'] }]),
      PLATFORM_ADMINS: `${issuer.url}|${platformAdmin}`,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_USER_PER_MINUTE: '1000000',
      RATE_LIMIT_ADDRESS_PER_MINUTE: '1000000',
      ...(redis && { REDIS_URL: redis.url }),
    };
  }

  async startApi(): Promise<Part> {
    return (this.parts.api = await Part.start('api', { program: 'apps/api/src/main.js', portVariable: 'PORT', env: this.env }));
  }

  async startWorkers(count: number): Promise<void> {
    for (let nth = 0; nth < count; nth += 1) {
      const options = { program: 'apps/worker/src/main.js', portVariable: 'WORKER_PORT', env: this.env } as const;
      this.parts.workers.push(await Part.start(`worker ${nth + 1}`, options));
    }
  }

  get graph() {
    return this.connection.provider;
  }

  async asOwner<T>(work: (owner: OwnerConnection) => Promise<T>): Promise<T> {
    const owner = await OwnerConnection.open(this.servers.databaseUrl);
    return work(owner).finally(() => owner.close());
  }

  /** A lost graph is begun anew before anybody reaches it: the recorder misses nothing. */
  async reviveGraph(): Promise<void> {
    const { graph, door } = this.servers;
    if (!graph.lasts) door.behave('refuse');
    await graph.restart();
    if (!graph.lasts) await this.graphLog.begin();
    door.behave('forward');
  }

  /** All that the queue holds is gone. False when it could not be reached. */
  async emptyQueue(): Promise<boolean> {
    const { redis, databaseUrl } = this.servers;
    if (redis !== null) return redis.empty().then(() => true);
    const tables = await askOwner<{ name: string }>(
      databaseUrl,
      "SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname = $1 AND tablename NOT LIKE '%migration%'",
      [queueSchema],
    );
    if (tables === null) return false;
    return (await askOwner(databaseUrl, `TRUNCATE ${tables.map(({ name }) => name).join(', ')} CASCADE`)) !== null;
  }

  /** Nobody waits for the lease of a process that is frozen. */
  async expireLeases(): Promise<void> {
    await askOwner(
      this.servers.databaseUrl,
      "UPDATE projection_shards SET lease_until = now() - interval '1 second' WHERE holder IS NOT NULL",
    );
  }

  /** A complete graph and an empty work list. */
  async settled(): Promise<void> {
    const open = `SELECT (SELECT count(*) FROM outbox_pending WHERE state = 'pending')::integer AS pending,
      EXISTS (SELECT FROM projection_state WHERE status = 'ready') AS ready`;
    await eventually(
      async () => {
        const [row] = (await askOwner<{ pending: number; ready: boolean }>(this.servers.databaseUrl, open)) ?? [];
        return row !== undefined && row.ready && row.pending === 0;
      },
      { within: settledWithinMs, every: 100, what: 'a complete graph and an empty work list' },
    );
  }

  async stop(): Promise<void> {
    const { graph, door, issuer, redis } = this.servers;
    await Promise.all([this.parts.api?.stop(), ...this.parts.workers.map((worker) => worker.stop())]);
    this.graphLog.stop();
    this.connection.close();
    door.stop();
    await Promise.all([graph.stop(), issuer.stop(), redis?.stop()]);
  }
}
