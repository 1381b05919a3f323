export { connectSpiceDb, type SpiceDbConfig, type SpiceDbConnection } from './spicedb/connect-spicedb.ts';
