import type { AuthorizationProvider } from '#authorization';
import { platformPool, type Pool } from '#database/nest';
import { PgDriftVocabulary, PgGraphMapping } from '#iam/nest';
import { FailPoints } from '#database';
import type { Json, JsonObject, OperationId, OperationRun } from '#governance';
import { SystemClock } from '#kernel';
import type { Finding } from '#outbox';
import {
  DriftRepair,
  DriftVerification,
  RepairOperation,
  findingOf,
  newTally,
  PgSettledRows,
  typesInGraph,
  type VerifyRun,
  type VerifyScope,
} from '#outbox/nest';
import { anId } from '#kernel/testing';
import type { ProjectionBench } from './projection-bench.ts';

/** Verification with connections of its own, as a process other than the worker has it. */
export class Verifying {
  readonly tally = newTally();

  private constructor(
    private readonly bench: ProjectionBench,
    readonly verification: DriftVerification,
    private readonly rows: PgSettledRows,
    readonly pool: Pool,
  ) {}

  static open(bench: ProjectionBench, graph: AuthorizationProvider = bench.graph): Verifying {
    const pool = platformPool({ url: bench.database.url, applicationName: 'test-verify', poolSize: 4 });
    const rows = new PgSettledRows(pool);
    const ports = {
      rows,
      graph,
      mapping: new PgGraphMapping(),
      words: new PgDriftVocabulary(),
      types: () => typesInGraph(bench.schema),
    };
    return new Verifying(bench, new DriftVerification(ports), rows, pool);
  }

  run(options: Partial<VerifyRun> = {}): VerifyRun {
    return { signal: new AbortController().signal, progress: async () => undefined, tally: this.tally, ...options };
  }

  async findings(scope: VerifyScope = { kind: 'all' }, options: Partial<VerifyRun> = {}): Promise<Finding[]> {
    Object.assign(this.tally, newTally());
    const found: Finding[] = [];
    for await (const drift of this.verification.drifts(scope, this.run(options))) found.push(findingOf(drift));
    return found;
  }

  /** `kind edge`, sorted. */
  async names(scope?: VerifyScope, options: Partial<VerifyRun> = {}): Promise<string[]> {
    return (await this.findings(scope, options)).map(({ kind, relationship }) => `${kind} ${relationship}`).sort();
  }

  /** One run of the operation, from the given checkpoint on; checkpoints are handed out as they are stored. */
  async repair(input: JsonObject = {}, options: { checkpoint?: Json; kept?: (checkpoint: Json) => void; failPoints?: FailPoints } = {}) {
    const { verification, rows } = this;
    const { checkpoint = null, kept = () => undefined, failPoints = FailPoints.none } = options;
    const repair = new DriftRepair({ verification, rows, unitOfWork: this.bench.iam.unitOfWork, clock: new SystemClock(), failPoints });
    const run: OperationRun = {
      id: anId<OperationId>(),
      input,
      checkpoint,
      signal: new AbortController().signal,
      report: async (_progress, stored) => {
        if (stored !== undefined) kept(stored);
      },
    };
    return new RepairOperation(repair, { rows, words: new PgDriftVocabulary() }).run(run);
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
