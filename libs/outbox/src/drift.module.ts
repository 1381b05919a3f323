import { AuthorizationProvider, GraphSchema } from '#authorization';
import { Database, FailPoints } from '#database';
import { platformPool, type Pool } from '#database/nest';
import { AuditTrail } from '#governance';
import { IdGenerator, SystemClock, UnitOfWork } from '#kernel';
import { Global, Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { PgDriftLedger } from './postgres/pg-drift-ledger.ts';
import { PgProjectionMonitor } from './postgres/pg-projection-monitor.ts';
import { PgSettledRows } from './postgres/pg-settled-rows.ts';
import { GraphMapping } from './projection/graph-mapping.ts';
import { DriftRepair } from './repair/drift-repair.ts';
import { RepairOperation } from './repair/repair-operation.ts';
import { ContinuousVerification, VerificationObserver } from './verify/continuous-verification.ts';
import { DriftLedger } from './verify/drift-ledger.ts';
import { DriftVerification } from './verify/drift-verification.ts';
import { DriftVocabulary } from './verify/drift-vocabulary.ts';
import { typesInGraph } from './verify/graph-types.ts';
import { VerifyOperation } from './verify/verify-operation.ts';

export interface DriftConfig {
  readonly databaseUrl: string;
  /** 0: only when somebody asks. */
  readonly tenantsPerMinute: number;
  readonly repair: boolean;
}

const pool = Symbol('drift pool');
const rows = Symbol('settled rows');

const verification = {
  provide: DriftVerification,
  inject: [rows, AuthorizationProvider, GraphSchema, GraphMapping, DriftVocabulary],
  useFactory: (settled: PgSettledRows, graph: AuthorizationProvider, schema: GraphSchema, mapping: GraphMapping, words: DriftVocabulary) =>
    new DriftVerification({ rows: settled, graph, mapping, words, types: () => typesInGraph(schema) }),
};

const repair = {
  provide: DriftRepair,
  inject: [DriftVerification, rows, UnitOfWork, FailPoints],
  useFactory: (verifies: DriftVerification, settled: PgSettledRows, unitOfWork: UnitOfWork, failPoints: FailPoints) =>
    new DriftRepair({ verification: verifies, rows: settled, unitOfWork, clock: new SystemClock(), failPoints }),
};

const operations = [
  {
    provide: VerifyOperation,
    inject: [DriftVerification, rows, DriftVocabulary],
    useFactory: (verifies: DriftVerification, settled: PgSettledRows, words: DriftVocabulary) =>
      new VerifyOperation(verifies, { rows: settled, words }),
  },
  {
    provide: RepairOperation,
    inject: [DriftRepair, rows, DriftVocabulary],
    useFactory: (repairs: DriftRepair, settled: PgSettledRows, words: DriftVocabulary) =>
      new RepairOperation(repairs, { rows: settled, words }),
  },
];

const continuous = ({ tenantsPerMinute, repair: repairs }: DriftConfig) => ({
  provide: ContinuousVerification,
  inject: [DriftVerification, DriftRepair, DriftLedger, Database, UnitOfWork, AuditTrail, VerificationObserver, IdGenerator],
  useFactory: (
    verifies: DriftVerification,
    repairer: DriftRepair,
    ledger: DriftLedger,
    database: Database,
    unitOfWork: UnitOfWork,
    audit: AuditTrail,
    observer: VerificationObserver,
    ids: IdGenerator,
  ) =>
    new ContinuousVerification(
      { verification: verifies, repair: repairer, ledger, monitor: new PgProjectionMonitor(database), unitOfWork, audit, observer },
      { tenantsPerMinute, repair: repairs, holder: ids.next(), requestId: () => ids.next() },
    ),
});

/** Looks for drift: when operators ask (the operations `verify` and `repair`), and in the background. Needs a `DriftVocabulary` and a `VerificationObserver`. */
@Global()
@Module({})
export class DriftModule implements OnApplicationBootstrap, OnApplicationShutdown {
  constructor(
    @Inject(pool) private readonly connections: Pool,
    private readonly background: ContinuousVerification,
  ) {}

  static forRoot(settings: DriftConfig): DynamicModule {
    const url = settings.databaseUrl;
    return {
      module: DriftModule,
      providers: [
        { provide: pool, useFactory: () => platformPool({ url, applicationName: 'tenantry-verify', poolSize: 3 }) },
        { provide: rows, inject: [pool], useFactory: (connections: Pool) => new PgSettledRows(connections) },
        { provide: DriftLedger, inject: [pool], useFactory: (connections: Pool) => new PgDriftLedger(connections) },
        verification,
        repair,
        ...operations,
        continuous(settings),
      ],
      exports: [DriftLedger, DriftVerification, DriftRepair],
    };
  }

  onApplicationBootstrap(): void {
    this.background.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.background.stop();
    await this.connections.end();
  }
}
