import type { AuthorizationProvider } from '#authorization';
import { platformPool, type Pool } from '#database/nest';
import { PgDriftVocabulary, PgGraphMapping } from '#iam/nest';
import type { Finding } from '#outbox';
import { DriftVerification, findingOf, newTally, PgSettledRows, typesInGraph, type VerifyRun, type VerifyScope } from '#outbox/nest';
import type { ProjectionBench } from './projection-bench.ts';

/** Verification with connections of its own, as a process other than the worker has it. */
export class Verifying {
  readonly tally = newTally();

  private constructor(
    readonly verification: DriftVerification,
    readonly pool: Pool,
  ) {}

  static open(bench: ProjectionBench, graph: AuthorizationProvider = bench.graph): Verifying {
    const pool = platformPool({ url: bench.database.url, applicationName: 'test-verify', poolSize: 4 });
    const ports = {
      rows: new PgSettledRows(pool),
      graph,
      mapping: new PgGraphMapping(),
      words: new PgDriftVocabulary(),
      types: () => typesInGraph(bench.schema),
    };
    return new Verifying(new DriftVerification(ports), pool);
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

  close(): Promise<void> {
    return this.pool.end();
  }
}
