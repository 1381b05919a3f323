import { Database } from '#database';
import { platformScope, type CommitReceipt } from '#kernel';
import { Global, Inject, Module, type DynamicModule, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { decodeNews } from './applied-feed.ts';
import { BullmqWakeUp } from './bullmq/bullmq-wake-up.ts';
import { connectQueue, type ProjectionQueue, type QueueConfig } from './bullmq/projection-queue.ts';
import { decodeChanged, encodeChanged, FrontDoorSignals, type Changed } from './front-door-signals.ts';
import { outboxParts, type OutboxParts } from './outbox-parts.ts';
import { channels } from './postgres/channels.ts';
import { notify } from './postgres/notify.ts';
import { PgGraphEpoch } from './postgres/pg-graph-epoch.ts';
import { PgListener } from './postgres/pg-listener.ts';
import { PgProjectionMonitor } from './postgres/pg-projection-monitor.ts';
import { PgReadYourWrites } from './postgres/pg-read-your-writes.ts';
import { PgWakeUp } from './postgres/pg-wake-up.ts';
import { ShardHints } from './postgres/shard-hints.ts';
import { GraphEpoch, ProjectionMonitor, ReadYourWrites, RecentRevocations } from './read-your-writes.ts';
import { RevocationMemory } from './revocation-memory.ts';
import { CallAndJob, WakeUp } from './wake-up.ts';

export interface OutboxConfig extends QueueConfig {
  /** How old an answer of the engine may be, in milliseconds: its quantization window and extra staleness together. */
  readonly stalenessMs: number;
}

const config = Symbol('outbox config');
const queue = Symbol('projection queue');

const provided = [
  { provide: queue, inject: [config], useFactory: (settings: OutboxConfig) => connectQueue(settings) },
  {
    provide: WakeUp,
    inject: [Database, queue],
    useFactory: (database: Database, connected: ProjectionQueue) => new CallAndJob(new PgWakeUp(database), new BullmqWakeUp(connected)),
  },
  { provide: ShardHints, inject: [Database], useFactory: (database: Database) => new ShardHints(database) },
  { provide: PgGraphEpoch, inject: [Database], useFactory: (database: Database) => new PgGraphEpoch(database) },
  { provide: GraphEpoch, useExisting: PgGraphEpoch },
  {
    provide: PgReadYourWrites,
    inject: [Database, PgGraphEpoch],
    useFactory: (database: Database, epoch: PgGraphEpoch) => new PgReadYourWrites(database, epoch),
  },
  { provide: ReadYourWrites, useExisting: PgReadYourWrites },
  { provide: RevocationMemory, inject: [config], useFactory: ({ stalenessMs }: OutboxConfig) => new RevocationMemory(stalenessMs) },
  { provide: RecentRevocations, useExisting: RevocationMemory },
  { provide: ProjectionMonitor, inject: [Database], useFactory: (database: Database) => new PgProjectionMonitor(database) },
  FrontDoorSignals,
];

/** The writing side: rings the bell after each commit, and hears what the workers applied. */
@Global()
@Module({})
export class OutboxModule implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly listener: PgListener;

  constructor(
    @Inject(config) settings: OutboxConfig,
    @Inject(queue) private readonly connected: ProjectionQueue,
    private readonly database: Database,
    private readonly frontDoor: FrontDoorSignals,
    @Inject(outboxParts.provide) private readonly parts: OutboxParts,
  ) {
    this.listener = new PgListener(settings.databaseUrl, 'tenantry-signals')
      .on(channels.applied, (payload) => this.applied(payload))
      .on(channels.epoch, (epoch) => this.parts.epoch.heard(epoch))
      .on(channels.frontDoor, (payload) => this.frontDoor.emit(decodeChanged(payload)));
  }

  static forRoot(settings: OutboxConfig): DynamicModule {
    return {
      module: OutboxModule,
      providers: [{ provide: config, useValue: settings }, ...provided, outboxParts],
      exports: [GraphEpoch, ReadYourWrites, RecentRevocations, ProjectionMonitor, FrontDoorSignals],
    };
  }

  onApplicationBootstrap(): void {
    this.connected.on('error', () => undefined); // a queue out of reach is found again by itself; nothing rests on it
    this.parts.signals.subscribe((receipt) => this.committed(receipt));
    void this.parts.hints.refresh();
    this.listener.start();
  }

  private committed(receipt: CommitReceipt): void {
    for (const shard of new Set(receipt.events.map(({ bucket }) => this.parts.hints.shardOf(bucket)))) {
      if (shard !== undefined) this.parts.wakeUp.ring(shard);
    }
    const revoked = receipt.events.filter(({ revoking }) => revoking).map(({ tenantId }) => tenantId);
    if (revoked.length > 0) this.tellFrontDoors(revoked);
  }

  /** A statement of its own, after the commit: a NOTIFY inside it would serialise commits (measured: six times slower). */
  private tellFrontDoors(revoked: readonly (string | null)[]): void {
    const tenants = revoked.filter((tenant) => tenant !== null);
    const changed: Changed = tenants.length < revoked.length || tenants.length > 200 ? 'any' : [...new Set(tenants)];
    this.frontDoor.emit(changed);
    void this.database.read(platformScope, { ...notify, values: [channels.frontDoor, encodeChanged(changed)] }).catch(() => undefined);
  }

  private applied(payload: string): void {
    const news = decodeNews(payload);
    if (news === null) return;
    this.parts.epoch.heard(news.epoch);
    this.parts.revocations.applied(news);
    this.parts.readYourWrites.applied(news);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.close();
    await this.connected.close().catch(() => undefined);
  }
}
