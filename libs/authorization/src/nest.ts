export { AuthorizationModule } from './authorization.module.ts';
export { PgGraphSchemaRegistry } from './postgres/pg-graph-schema-registry.ts';
export { connectSpiceDb, type SpiceDbConfig, type SpiceDbConnection } from './spicedb/connect-spicedb.ts';
