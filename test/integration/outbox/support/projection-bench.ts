import type { AuthorizationProvider, GraphSchema } from '#authorization';
import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { question } from '#authorization/testing';
import { BootstrapPlatformAdmins, CreateTenant } from '#iam';
import type { TenantId, UserId, WorkspaceId } from '#kernel';
import { actingProduct, actingUser } from '#kernel/testing';
import { eventually } from '../../../support/eventually.ts';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';
import { createTestGraph, type TestGraph } from '../../../support/test-graph.ts';
import { OwnerConnection } from '../../iam/support/owner-connection.ts';
import { RunningIam } from '../../iam/support/running-iam.ts';
import { driftBetween, expectGraphIsState } from './graph-truth.ts';
import { InProcessWorker, type WorkerSetting } from './in-process-worker.ts';

const issuer = 'https://issuer.test';

/** A database, an engine, the commands that change state, and as many workers as a test wants: everything but HTTP. */
export class ProjectionBench {
  private readonly workers: InProcessWorker[] = [];
  private names = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly engine: TestGraph,
    readonly owner: OwnerConnection,
    readonly iam: RunningIam,
    private readonly connection: SpiceDbConnection,
  ) {}

  /** On a database of the run's PostgreSQL and an engine in memory, unless others are given. */
  static async open(options: { poolSize?: number; database?: TestDatabase; engine?: TestGraph } = {}): Promise<ProjectionBench> {
    const [database, engine] = await Promise.all([options.database ?? createTestDatabase(), options.engine ?? createTestGraph()]);
    const owner = await OwnerConnection.open(database.url);
    const iam = await RunningIam.start(database.url, { poolSize: options.poolSize ?? 6 });
    return new ProjectionBench(database, engine, owner, iam, connectSpiceDb({ ...engine, insecure: true }));
  }

  get graph(): AuthorizationProvider {
    return this.connection.provider;
  }

  get schema(): GraphSchema {
    return this.connection.schema;
  }

  async worker(setting: Partial<WorkerSetting> = {}): Promise<InProcessWorker> {
    const started = await InProcessWorker.start({ databaseUrl: this.database.url, spicedb: this.engine, ...setting });
    this.workers.push(started);
    return started;
  }

  user(name?: string): Promise<UserId> {
    this.names += 1;
    return this.iam.user(name ?? `user-${this.names}`);
  }

  async platformAdmin(name = 'root'): Promise<UserId> {
    await this.iam.do(actingProduct, BootstrapPlatformAdmins, { identities: [{ issuer, subject: name }] });
    return this.iam.user(name);
  }

  /** With its root workspace; `admin` is its creator. */
  async tenant(admin: UserId, name = 'Acme'): Promise<{ id: TenantId; root: WorkspaceId }> {
    this.names += 1;
    const made = await this.iam.do(actingUser(admin), CreateTenant, { name, slug: `tenant-${this.names}` });
    return { id: made.tenant_id, root: made.root_workspace_id };
  }

  /** The engine's own answer, at its newest state. */
  async allows(text: string): Promise<boolean> {
    return (await this.graph.check(question(text), { kind: 'fully_consistent' })).allowed;
  }

  async pending(): Promise<number> {
    const [row] = await this.owner.query<{ n: number }>("SELECT count(*)::integer AS n FROM outbox_pending WHERE state = 'pending'");
    return row?.n ?? 0;
  }

  async dead(): Promise<bigint[]> {
    const rows = await this.owner.query<{ position: string }>("SELECT position FROM outbox_pending WHERE state = 'dead' ORDER BY position");
    return rows.map(({ position }) => BigInt(position));
  }

  async isReady(): Promise<boolean> {
    return (await this.owner.query("SELECT FROM projection_state WHERE status = 'ready'")).length > 0;
  }

  async epoch(): Promise<string | undefined> {
    return (await this.owner.query<{ epoch: string }>('SELECT epoch FROM projection_state'))[0]?.epoch;
  }

  /** A complete graph and an empty work list. */
  async settled(within = 20_000): Promise<void> {
    await eventually(async () => (await this.isReady()) && (await this.pending()) === 0, { within, what: 'an empty work list' });
  }

  /** Settled, and the graph is exactly what the rows say. */
  async isExact(within?: number): Promise<void> {
    await this.settled(within);
    await expectGraphIsState(this.owner, this.graph);
  }

  drift(): Promise<{ missing: string[]; extra: string[] }> {
    return driftBetween(this.owner, this.graph);
  }

  /** Through another connection, when the bench's own was cut. */
  driftSeenBy(owner: OwnerConnection): Promise<{ missing: string[]; extra: string[] }> {
    return driftBetween(owner, this.graph);
  }

  async stopWorkers(): Promise<void> {
    await Promise.all(this.workers.splice(0).map((worker) => worker.stop()));
  }

  async close(): Promise<void> {
    await this.stopWorkers();
    await this.iam.stop();
    this.connection.close();
    await this.owner.close();
    await this.engine.stop();
    await this.database.drop();
  }
}
