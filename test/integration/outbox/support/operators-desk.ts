import { connectDatabase, platformPool, type DatabaseConnection } from '#database/nest';
import {
  Operations,
  type Json,
  type JsonObject,
  type OperationId,
  type OperationProgress,
  type OperationRequest,
  type OperationRun,
} from '#governance';
import { PgAuditTrail } from '#governance/nest';
import { PgGraphMapping } from '#iam/nest';
import { SystemClock, type ExecutionContext, type Transaction } from '#kernel';
import { actingProduct, contextOf } from '#kernel/testing';
import type { ProjectionDesk } from '#outbox';
import { projectionDesk, reassignBuckets, replayHandler, reshardHandler, type BucketMove } from '#outbox/nest';
import type { Pool } from 'pg';
import type { ProjectionBench } from './projection-bench.ts';

/** Remembers what was asked for. */
class RequestedOperations extends Operations {
  readonly requests: OperationRequest[] = [];

  override async request(
    _tx: Transaction,
    _context: ExecutionContext,
    request: OperationRequest,
  ): Promise<{ id: OperationId; version: number }> {
    this.requests.push(request);
    return { id: `01M7YKFG2GFM335NYDVPBQ${String(this.requests.length).padStart(4, '0')}` as OperationId, version: 1 };
  }
}

/** A run by hand: what a worker would hand to the handler. */
export class HandRun implements OperationRun {
  readonly id = '01M7YKFG2GFM335NYDVPBQB9EN' as OperationId;
  readonly reports: OperationProgress[] = [];
  private readonly abort = new AbortController();
  /** Called with every report. */
  onReport: (progress: OperationProgress) => void | Promise<void> = () => undefined;

  constructor(
    readonly input: JsonObject,
    public checkpoint: Json = null,
  ) {}

  get signal(): AbortSignal {
    return this.abort.signal;
  }

  stop(): void {
    this.abort.abort(new Error('stopped'));
  }

  async report(progress: OperationProgress, checkpoint?: Json): Promise<void> {
    this.reports.push(progress);
    if (checkpoint !== undefined) this.checkpoint = checkpoint;
    await this.onReport(progress);
  }
}

/** The desk as both doors have it, over the bench's database and engine. */
export class OperatorsDesk {
  readonly operations = new RequestedOperations();
  readonly desk: ProjectionDesk;
  /** How long a replay bears that nothing moves. */
  patienceMs = 5_000;

  private constructor(
    private readonly bench: ProjectionBench,
    readonly connection: DatabaseConnection,
    private readonly pool: Pool,
  ) {
    const { database, unitOfWork, ids } = connection;
    const audit = new PgAuditTrail(ids, new SystemClock());
    const { graph } = bench;
    this.desk = projectionDesk({
      database,
      unitOfWork,
      audit,
      operations: this.operations,
      graph,
      mapping: new PgGraphMapping(),
      move: this.move,
    });
  }

  static async open(bench: ProjectionBench): Promise<OperatorsDesk> {
    const url = bench.database.url;
    return new OperatorsDesk(bench, await connectDatabase({ url, poolSize: 3 }), platformPool({ url, poolSize: 2 }));
  }

  private readonly move = (moves: readonly BucketMove[], begins?: () => Promise<void>) =>
    reassignBuckets({ pool: this.pool, graph: this.bench.graph, ids: this.connection.ids }, moves, begins);

  context(): ExecutionContext {
    return contextOf(actingProduct);
  }

  /** Runs what was asked for last, or the given run. */
  async run(kind: string, run = new HandRun(this.operations.requests.at(-1)?.input ?? {})): Promise<JsonObject> {
    const { database, unitOfWork } = this.connection;
    const handler = [replayHandler(database, unitOfWork, this.patienceMs), reshardHandler(database, this.move)].find(
      (each) => each.kind === kind,
    );
    if (handler === undefined) throw new Error(`no handler of ${kind}`);
    return handler.run(run);
  }

  async audited(
    action: string,
  ): Promise<{ target_id: string; before: Record<string, unknown> | null; after: Record<string, unknown> | null }[]> {
    return this.bench.owner.query('SELECT target_id, before, after FROM audit_entries WHERE action = $1 ORDER BY id', [action]);
  }

  async close(): Promise<void> {
    await this.pool.end();
    await this.connection.close();
  }
}
