import { Environment, readConnections } from '#configuration';
import { connectDatabase, platformPool, type DatabaseConnection, type Pool } from '#database/nest';
import { PgProjectionDesk, PgProjectionMonitor, PgShardRegistry } from '#outbox/nest';

/** The servers of the deployment that the environment names, as an operator's command uses them. */
export interface Deployment {
  readonly desk: PgProjectionDesk;
  readonly monitor: PgProjectionMonitor;
  readonly shards: PgShardRegistry;
}

/** Connects for the length of one command. */
export async function withDeployment<T>(variables: NodeJS.ProcessEnv, work: (deployment: Deployment) => Promise<T>): Promise<T> {
  const environment = new Environment(variables);
  const { databaseUrl } = environment.settled(readConnections(environment));
  const connection = await connectDatabase({ url: databaseUrl, poolSize: 2, applicationName: 'tenantry-ops' });
  const pool = platformPool({ url: databaseUrl, poolSize: 2, applicationName: 'tenantry-ops' });
  try {
    return await work(assemble(connection, pool));
  } finally {
    await pool.end();
    await connection.close();
  }
}

function assemble(connection: DatabaseConnection, pool: Pool): Deployment {
  return {
    desk: new PgProjectionDesk(pool),
    monitor: new PgProjectionMonitor(connection.database),
    shards: new PgShardRegistry(pool, connection.ids),
  };
}
