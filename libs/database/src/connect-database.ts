import { UlidGenerator, type IdGenerator, type UnitOfWork } from '#kernel';
import type { DataSource } from 'typeorm';
import { CommitSignals } from './commit-signals.ts';
import type { Database } from './database.ts';
import { FailPoints } from './fail-point.ts';
import { poolOf, runtimeDataSource, surviveLostConnections, type DatabaseConfig } from './postgres/data-source.ts';
import { PgDatabase } from './postgres/pg-database.ts';
import { PgUnitOfWork } from './postgres/pg-unit-of-work.ts';

export interface DatabaseConnection {
  readonly dataSource: DataSource;
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  readonly signals: CommitSignals;
  readonly ids: IdGenerator;
  readonly failPoints: FailPoints;
  close(): Promise<void>;
}

/** Connects, once the server answers. Throws the driver's own error otherwise: at start-up its words are wanted. */
export async function connectDatabase(config: DatabaseConfig): Promise<DatabaseConnection> {
  const dataSource = runtimeDataSource(config);
  await dataSource.initialize();
  const pool = poolOf(dataSource);
  surviveLostConnections(pool);
  const signals = new CommitSignals();
  const ids = new UlidGenerator();
  const failPoints = FailPoints.fromEnvironment(process.env);
  return {
    dataSource,
    database: new PgDatabase(pool),
    unitOfWork: new PgUnitOfWork(pool, ids, signals, failPoints),
    signals,
    ids,
    failPoints,
    close: () => dataSource.destroy(),
  };
}
