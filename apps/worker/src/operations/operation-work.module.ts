import { Database } from '#database';
import { OperationHandler } from '#governance';
import { operationsChannel, OperationObserver, OperationRunner, PgOperationQueue } from '#governance/nest';
import { IdGenerator } from '#kernel';
import { PgListener } from '#outbox/nest';
import { Inject, Module, type BeforeApplicationShutdown, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';

const listener = Symbol('operation listener');

/**
 * Does operations in this process. A handler is registered by being among the providers of any module: whatever is an
 * `OperationHandler` is found. Needs an `OperationObserver`.
 */
@Module({ imports: [DiscoveryModule] })
export class OperationWorkModule implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private runner: OperationRunner | null = null;

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly database: Database,
    private readonly ids: IdGenerator,
    private readonly observer: OperationObserver,
    @Inject(listener) private readonly calls: PgListener,
  ) {}

  static forRoot({ databaseUrl }: { readonly databaseUrl: string }): DynamicModule {
    return {
      module: OperationWorkModule,
      providers: [{ provide: listener, useFactory: () => new PgListener(databaseUrl, 'tenantry-worker-operations') }],
    };
  }

  /** Throws when two handlers do one kind: the worker does not start. */
  onApplicationBootstrap(): void {
    const runner = new OperationRunner(new PgOperationQueue(this.database), this.handlers(), this.observer, this.ids);
    this.runner = runner;
    this.calls.on(operationsChannel, () => runner.hint()).start();
    runner.start();
  }

  /** Before the connections are closed: what it was at is let go for others. */
  async beforeApplicationShutdown(): Promise<void> {
    await this.calls.close();
    await this.runner?.stop();
  }

  private handlers(): OperationHandler[] {
    const instances = this.discovery.getProviders().map(({ instance }: { instance: unknown }) => instance);
    return [...new Set(instances.filter((instance) => instance instanceof OperationHandler))];
  }
}
