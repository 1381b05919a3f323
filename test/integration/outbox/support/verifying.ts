import type { AuthorizationProvider } from '#authorization';
import { FailPoints } from '#database';
import { platformPool, type Pool } from '#database/nest';
import type { Json, JsonObject, OperationId, OperationRun } from '#governance';
import { PgAuditTrail } from '#governance/nest';
import { PgDriftVocabulary, PgGraphMapping } from '#iam/nest';
import { SystemClock, UlidGenerator } from '#kernel';
import { anId } from '#kernel/testing';
import type { Finding } from '#outbox';
import {
  ContinuousVerification,
  DriftRepair,
  DriftVerification,
  findingOf,
  newTally,
  PgDriftLedger,
  PgProjectionMonitor,
  PgSettledRows,
  RepairOperation,
  typesInGraph,
  VerificationObserver,
  VerifyOperation,
  type VerifyRun,
  type VerifyScope,
} from '#outbox/nest';
import type { ProjectionBench } from './projection-bench.ts';

class RecordingVerificationObserver extends VerificationObserver {
  constructor(
    private readonly all: Finding[],
    private readonly failures: unknown[],
  ) {
    super();
  }
  override verified(): void {}
  override found(findings: readonly Finding[]): void {
    this.all.push(...findings);
  }
  override failed(error: unknown): void {
    this.failures.push(error);
  }
}

/** Verification with connections of its own, as a process other than the projection's worker has it. */
export class Verifying {
  readonly tally = newTally();
  /** What continuous verification told of. */
  readonly found: Finding[] = [];
  readonly failures: unknown[] = [];

  private constructor(
    private readonly bench: ProjectionBench,
    readonly verification: DriftVerification,
    private readonly rows: PgSettledRows,
    readonly pool: Pool,
  ) {}

  static open(bench: ProjectionBench, graph: AuthorizationProvider = bench.graph): Verifying {
    const pool = platformPool({ url: bench.database.url, applicationName: 'test-verify', poolSize: 4 });
    const rows = new PgSettledRows(pool);
    const words = new PgDriftVocabulary();
    const ports = { rows, graph, mapping: new PgGraphMapping(), words, types: () => typesInGraph(bench.schema) };
    return new Verifying(bench, new DriftVerification(ports), rows, pool);
  }

  private run(options: Partial<VerifyRun> = {}): VerifyRun {
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

  /** One run of the operation, that judges so many differences at most. */
  async verify(most: number): Promise<JsonObject> {
    const run: OperationRun = {
      id: anId<OperationId>(),
      input: {},
      checkpoint: null,
      signal: new AbortController().signal,
      report: async () => undefined,
    };
    return new VerifyOperation(this.verification, { rows: this.rows, words: new PgDriftVocabulary() }, most).run(run);
  }

  /** One run of the operation, from the given checkpoint on; checkpoints are handed out as they are stored. */
  async repair(
    input: JsonObject = {},
    options: { checkpoint?: Json; kept?: (checkpoint: Json) => void; failPoints?: FailPoints } = {},
  ): Promise<JsonObject> {
    const { checkpoint = null, kept = () => undefined, failPoints } = options;
    const run: OperationRun = {
      id: anId<OperationId>(),
      input,
      checkpoint,
      signal: new AbortController().signal,
      report: async (_progress, stored) => {
        if (stored !== undefined) kept(stored);
      },
    };
    return new RepairOperation(this.repairer(failPoints), { rows: this.rows, words: new PgDriftVocabulary() }).run(run);
  }

  private repairer(failPoints = FailPoints.none): DriftRepair {
    const { verification, rows, bench } = this;
    return new DriftRepair({ verification, rows, unitOfWork: bench.iam.unitOfWork, clock: new SystemClock(), failPoints });
  }

  /** As a worker of this name has it, at no pace: the test takes the steps. */
  continuous(holder: string, { repair = false } = {}): ContinuousVerification {
    const ids = new UlidGenerator();
    const ports = {
      verification: this.verification,
      repair: this.repairer(),
      ledger: this.ledger,
      monitor: new PgProjectionMonitor(this.bench.iam.database),
      unitOfWork: this.bench.iam.unitOfWork,
      audit: new PgAuditTrail(ids, new SystemClock()),
      observer: new RecordingVerificationObserver(this.found, this.failures),
    };
    return new ContinuousVerification(ports, { tenantsPerMinute: 0, repair, holder, requestId: () => ids.next() });
  }

  get ledger(): PgDriftLedger {
    return new PgDriftLedger(this.pool);
  }

  close(): Promise<void> {
    return this.pool.end();
  }
}
