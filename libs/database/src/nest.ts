export { connectDatabase, type DatabaseConnection } from './connect-database.ts';
export { DatabaseModule } from './database.module.ts';
export type { Pool } from 'pg';
export { platformPool, poolOf, runtimeRole, schema, type DatabaseConfig } from './postgres/data-source.ts';
export { revertMigration, runMigrations, type MigrationConfig } from './postgres/migrate.ts';
export { projectionVersion } from './postgres/outbox-rows.ts';
export { PgExecutor } from './postgres/pg-transaction.ts';
