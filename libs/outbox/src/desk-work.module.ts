import { AuthorizationProvider } from '#authorization';
import { Database } from '#database';
import type { Pool } from '#database/nest';
import { AuditTrail } from '#governance';
import { Clock, IdGenerator, UnitOfWork } from '#kernel';
import { Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { purgeLog } from './compose-desk.ts';
import { replayHandler, reshardHandler } from './desk-operations.ts';
import { deskPool, type DeskConfig } from './desk-pool.ts';
import { LogRetention, RetentionObserver } from './desk/log-retention.ts';
import { ReplayHandler } from './desk/replay-handler.ts';
import { ReshardHandler } from './desk/reshard-handler.ts';
import { reassignBuckets } from './reassign-buckets.ts';

export interface DeskWorkConfig extends DeskConfig {
  /** Days of the log that are kept; absent: all of them. */
  readonly retentionDays?: number;
}

const pool = Symbol('desk work pool');

const roundMs = 600_000;

const retention = (days: number | undefined) => ({
  provide: LogRetention,
  inject: [Database, UnitOfWork, AuditTrail, Clock, IdGenerator],
  useFactory: (database: Database, unitOfWork: UnitOfWork, audit: AuditTrail, clock: Clock, ids: IdGenerator) =>
    days === undefined ? null : new LogRetention(purgeLog({ database, unitOfWork, audit }), clock, ids, days),
});

/** What a worker does of what is asked for at the desk: replays and moves; and it cuts the log, if it is to. Needs a `RetentionObserver`. */
@Module({})
export class DeskWorkModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private rounds: NodeJS.Timeout | null = null;

  constructor(
    @Inject(pool) private readonly connections: Pool,
    @Inject(LogRetention) private readonly keep: LogRetention | null,
    private readonly observer: RetentionObserver,
  ) {}

  static forRoot(config: DeskWorkConfig): DynamicModule {
    return {
      module: DeskWorkModule,
      providers: [
        { provide: pool, useFactory: () => deskPool(config) },
        { provide: ReplayHandler, inject: [Database, UnitOfWork], useFactory: replayHandler },
        {
          provide: ReshardHandler,
          inject: [Database, AuthorizationProvider, IdGenerator, pool],
          useFactory: (database: Database, graph: AuthorizationProvider, ids: IdGenerator, connections: Pool) =>
            reshardHandler(database, (moves) => reassignBuckets({ pool: connections, graph, ids }, moves)),
        },
        retention(config.retentionDays),
      ],
    };
  }

  onApplicationBootstrap(): void {
    if (this.keep === null) return;
    this.cut();
    this.rounds = setInterval(() => this.cut(), roundMs);
  }

  private cut(): void {
    void this.keep?.round(this.observer); // the next round does what this one could not
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.rounds !== null) clearInterval(this.rounds);
    await this.connections.end();
  }
}
