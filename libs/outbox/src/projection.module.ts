import { platformPool, type Pool } from '#database/nest';
import { Global, Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { consumeQueue, type QueueConfig, type QueueWorker } from './bullmq/projection-queue.ts';
import { composeWorker, type WorkerParts } from './compose-worker.ts';
import { workerParts } from './worker-parts.ts';
import { IdGenerator } from '#kernel';
import { GraphMapping } from './projection/graph-mapping.ts';
import { RebuildHandler } from './rebuild/rebuild-handler.ts';
import { channels } from './postgres/channels.ts';
import { PgRebuilds } from './postgres/pg-rebuilds.ts';
import { PgHousekeeping } from './postgres/pg-housekeeping.ts';
import { PgListener } from './postgres/pg-listener.ts';
import { ProjectionWorker, workerDefaults } from './projection/projection-worker.ts';

export type ProjectionConfig = QueueConfig;

const housekeepingMs = 600_000;

const config = Symbol('projection config');
const pool = Symbol('projection pool');

/** The applying side: drains shards when jobs, notifications or its own timer say so. Needs a `GraphMapping` and a `ProjectionObserver`. */
@Global()
@Module({})
export class ProjectionModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private jobs: QueueWorker | null = null;
  private housekeeping: NodeJS.Timeout | null = null;
  private readonly listener: PgListener;

  constructor(
    @Inject(config) private readonly settings: ProjectionConfig,
    @Inject(pool) private readonly connections: Pool,
    private readonly worker: ProjectionWorker,
  ) {
    this.listener = new PgListener(settings.databaseUrl, 'tenantry-worker-signals')
      .on(channels.wake, (shard) => worker.hint(Number(shard)))
      .on(channels.lookAgain, () => worker.lookAgain());
  }

  static forRoot(settings: ProjectionConfig): DynamicModule {
    return {
      module: ProjectionModule,
      providers: [
        { provide: config, useValue: settings },
        { provide: pool, useFactory: () => platformPool({ url: settings.databaseUrl, applicationName: 'tenantry-worker' }) },
        workerParts,
        {
          provide: ProjectionWorker,
          inject: [pool, workerParts.provide],
          useFactory: (connections: Pool, parts: Omit<WorkerParts, 'pool'>) => composeWorker({ ...parts, pool: connections }),
        },
        {
          provide: RebuildHandler,
          inject: [pool, GraphMapping, IdGenerator],
          useFactory: (connections: Pool, mapping: GraphMapping, ids: IdGenerator) =>
            new RebuildHandler(new PgRebuilds(connections, mapping, ids), mapping),
        },
      ],
      exports: [ProjectionWorker],
    };
  }

  onApplicationBootstrap(): void {
    this.worker.start();
    this.listener.start();
    this.jobs = consumeQueue(this.settings, workerDefaults.concurrency * 2, (shard, rungAt) => this.worker.wake(shard, rungAt));
    this.keepHouse();
    this.housekeeping = setInterval(() => this.keepHouse(), housekeepingMs);
    this.jobs.on('error', () => undefined); // the queue is out of reach: the worker's own timer finds the work meanwhile
  }

  private keepHouse(): void {
    void new PgHousekeeping(this.connections).run().catch(() => undefined); // the next round does what this one could not
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.housekeeping !== null) clearInterval(this.housekeeping);
    await this.jobs?.close(true).catch(() => undefined);
    await this.listener.close();
    await this.worker.stop();
    await this.connections.end();
  }
}
