import { connectSpiceDb, PgGraphSchemaRegistry, type SpiceDbConnection } from '#authorization/nest';
import type { AuthorizationProvider } from '#authorization';
import { FailPoints } from '#database';
import { connectDatabase, platformPool, type DatabaseConnection } from '#database/nest';
import { PgGraphMapping } from '#iam/nest';
import type { GraphMapping } from '#outbox';
import { composeWorker, ProjectionObserver, type ProjectionWorker } from '#outbox/nest';
import type { Pool } from 'pg';

/** Remembers what operators would have been told. */
export class RecordingObserver extends ProjectionObserver {
  readonly takeOvers: { shard: number; epoch: string }[] = [];
  readonly failures: { shard: number; error: unknown }[] = [];
  readonly dead: { shard: number; position: bigint }[] = [];
  readonly whole: { position: bigint; type: string; schemaVersion: number }[] = [];
  readonly pauses: { shard: number; reason: string }[] = [];
  readonly steps: { shard: number; phase: number }[] = [];
  readonly refusals: { shard: number; edge: string }[] = [];
  readonly ahead: { shard: number; batches: bigint }[] = [];
  readonly batches: { shard: number; events: number; updates: number }[] = [];

  override tookOver(shard: number, epoch: string): void {
    this.takeOvers.push({ shard, epoch });
  }
  override applied(batch: { shard: number; events: number; updates: number }): void {
    this.batches.push(batch);
  }
  override failed(shard: number, error: unknown): void {
    this.failures.push({ shard, error });
  }
  override buried(shard: number, position: bigint): void {
    this.dead.push({ shard, position });
  }
  override projectedWhole(
    _shard: number,
    { position, type, schemaVersion }: { position: bigint; type: string; schemaVersion: number },
  ): void {
    this.whole.push({ position, type, schemaVersion });
  }
  override rebuilding(shard: number, phase: number): void {
    this.steps.push({ shard, phase });
  }
  override refused(shard: number, edge: string): void {
    this.refusals.push({ shard, edge });
  }
  override aheadOfDatabase(shard: number, batches: bigint): void {
    this.ahead.push({ shard, batches });
  }
  override paused(shard: number, reason: string): void {
    this.pauses.push({ shard, reason });
  }
}

export interface WorkerSetting {
  readonly databaseUrl: string;
  readonly spicedb: { readonly endpoint: string; readonly token: string };
  readonly holder?: string;
  readonly sweepMs?: number;
  readonly turnMs?: number;
  readonly concurrency?: number;
  readonly failPoints?: FailPoints;
  readonly mapping?: GraphMapping;
  /** Between the worker and the engine. */
  readonly through?: (graph: AuthorizationProvider) => AuthorizationProvider;
}

/** A projection worker with connections of its own, in the process of the test. */
export class InProcessWorker {
  private constructor(
    readonly worker: ProjectionWorker,
    readonly observer: RecordingObserver,
    readonly pool: Pool,
    private readonly spicedb: SpiceDbConnection,
    private readonly database: DatabaseConnection,
  ) {}

  static async start(setting: WorkerSetting): Promise<InProcessWorker> {
    const pool = platformPool({ url: setting.databaseUrl, applicationName: 'test-worker', poolSize: 6 });
    const database = await connectDatabase({ url: setting.databaseUrl, poolSize: 2 });
    const spicedb = connectSpiceDb({ ...setting.spicedb, insecure: true });
    const observer = new RecordingObserver();
    const { holder, sweepMs = 200, turnMs, concurrency } = setting;
    const worker = composeWorker(
      {
        pool,
        graph: setting.through?.(spicedb.provider) ?? spicedb.provider,
        schema: spicedb.schema,
        schemas: new PgGraphSchemaRegistry(database.database),
        mapping: setting.mapping ?? new PgGraphMapping(),
        ids: database.ids,
        observer,
        failPoints: setting.failPoints ?? FailPoints.none,
      },
      { sweepMs, ...(holder && { holder }), ...(turnMs && { turnMs }), ...(concurrency && { concurrency }) },
    );
    worker.start();
    return new InProcessWorker(worker, observer, pool, spicedb, database);
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    this.spicedb.close();
    await this.pool.end();
    await this.database.close();
  }
}
