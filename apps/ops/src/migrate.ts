import { applyGraphSchema, type SchemaApplication } from '#authorization';
import { connectSpiceDb, PgGraphSchemaRegistry } from '#authorization/nest';
import { Environment, readConnections, readOwnerUrl } from '#configuration';
import { connectDatabase, runMigrations } from '#database/nest';
import { migrateQueue } from '#outbox/nest';

export interface MigrateReport {
  /** Names of the migrations that were applied now, in order. */
  readonly migrations: readonly string[];
  readonly graphSchema: SchemaApplication;
}

/**
 * Brings PostgreSQL, the queue's tables and the graph's schema to this release. Idempotent, and safe when several do it
 * at once. The tables are changed by the owner's login, everything else by the login the services use.
 */
export async function migrate(variables: NodeJS.ProcessEnv): Promise<MigrateReport> {
  const environment = new Environment(variables);
  const { connections, ownerUrl } = environment.settled({ connections: readConnections(environment), ownerUrl: readOwnerUrl(environment) });
  const migrations = await runMigrations({ url: ownerUrl });
  if (connections.redisUrl === undefined) await migrateQueue({ url: ownerUrl });
  const database = await connectDatabase({ url: connections.databaseUrl, applicationName: 'tenantry-ops', poolSize: 2 });
  const graph = connectSpiceDb(connections.spicedb);
  try {
    return { migrations, graphSchema: await applyGraphSchema(graph.schema, new PgGraphSchemaRegistry(database.database)) };
  } finally {
    graph.close();
    await database.close();
  }
}
