import { Clock, IdGenerator, SystemClock, UnitOfWork } from '#kernel';
import { Global, Inject, Module, type DynamicModule, type OnApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CommitSignals } from './commit-signals.ts';
import { connectDatabase, type DatabaseConnection } from './connect-database.ts';
import { Database } from './database.ts';
import { FailPoints } from './fail-point.ts';
import type { DatabaseConfig } from './postgres/data-source.ts';

const connection = Symbol('database connection');
const part = <K extends keyof DatabaseConnection>(key: K) => ({
  inject: [connection],
  useFactory: (whole: DatabaseConnection) => whole[key],
});

@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(connection) private readonly connected: DatabaseConnection) {}

  /** `wrap`: what goes around the unit of work, whoever asks for it. */
  static forRoot(config: DatabaseConfig, wrap: (unitOfWork: UnitOfWork) => UnitOfWork = (bare) => bare): DynamicModule {
    const shared = [Database, UnitOfWork, DataSource, CommitSignals, IdGenerator, FailPoints, Clock];
    return {
      module: DatabaseModule,
      providers: [
        { provide: connection, useFactory: () => connectDatabase(config) },
        { provide: Database, ...part('database') },
        { provide: UnitOfWork, inject: [connection], useFactory: ({ unitOfWork }: DatabaseConnection) => wrap(unitOfWork) },
        { provide: DataSource, ...part('dataSource') },
        { provide: CommitSignals, ...part('signals') },
        { provide: IdGenerator, ...part('ids') },
        { provide: FailPoints, ...part('failPoints') },
        { provide: Clock, useClass: SystemClock },
      ],
      exports: shared,
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connected.close();
  }
}
