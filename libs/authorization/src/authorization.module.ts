import { Database } from '#database';
import { Global, Inject, Module, type DynamicModule, type OnModuleInit, type OnApplicationShutdown } from '@nestjs/common';
import type { AuthorizationConfig } from './authorization-config.ts';
import { AuthorizationProvider, GraphSchema } from './authorization-provider.ts';
import { CountingAuthorizationProvider, EngineCallObserver } from './counting-authorization-provider.ts';
import { GraphSchemaRegistry } from './graph-schema-registry.ts';
import { PgGraphSchemaRegistry } from './postgres/pg-graph-schema-registry.ts';
import { assertSchemaServes } from './schema-guard.ts';
import { connectSpiceDb, type SpiceDbConnection } from './spicedb/connect-spicedb.ts';

const connection = Symbol('spicedb connection');

/**
 * Provides `AuthorizationProvider`, `GraphSchema` and `GraphSchemaRegistry` everywhere. Needs `Database`; tells an
 * `EngineCallObserver` of every call when one is provided globally. A process whose schema was not applied does not start.
 */
@Global()
@Module({})
export class AuthorizationModule implements OnModuleInit, OnApplicationShutdown {
  constructor(
    @Inject(connection) private readonly connected: SpiceDbConnection,
    @Inject(GraphSchemaRegistry) private readonly registry: GraphSchemaRegistry,
  ) {}

  /** `wrap`: what goes around the provider, whoever asks for it. */
  static forRoot(
    config: AuthorizationConfig,
    wrap: (provider: AuthorizationProvider) => AuthorizationProvider = (bare) => bare,
  ): DynamicModule {
    return {
      module: AuthorizationModule,
      providers: [
        { provide: connection, useFactory: () => connectSpiceDb(config) },
        {
          provide: AuthorizationProvider,
          inject: [connection, { token: EngineCallObserver, optional: true }],
          useFactory: ({ provider }: SpiceDbConnection, observer?: EngineCallObserver) =>
            observer === undefined ? wrap(provider) : new CountingAuthorizationProvider(wrap(provider), observer),
        },
        { provide: GraphSchema, inject: [connection], useFactory: ({ schema }: SpiceDbConnection) => schema },
        { provide: GraphSchemaRegistry, inject: [Database], useFactory: (database: Database) => new PgGraphSchemaRegistry(database) },
      ],
      exports: [AuthorizationProvider, GraphSchema, GraphSchemaRegistry],
    };
  }

  /** Before the process listens or works. */
  onModuleInit(): Promise<void> {
    return assertSchemaServes(this.registry);
  }

  onApplicationShutdown(): void {
    this.connected.close();
  }
}
