import { connectSpiceDb, type SpiceDbConnection } from '#authorization/nest';
import { Environment, readConnections } from '#configuration';
import type { Database } from '#database';
import { connectDatabase, platformPool, type DatabaseConnection, type Pool } from '#database/nest';
import { composeGovernance, type Governance } from '#governance/nest';
import { SystemClock, type Clock, type ExecutionContext, type IdGenerator, type UnitOfWork } from '#kernel';
import { PgGraphMapping } from '#iam/nest';
import type { ProjectionDesk } from '#outbox';
import { PgShardRegistry, projectionDesk, reassignBuckets, type DeskParts } from '#outbox/nest';
import { operatorContext } from './operator-context.ts';

/** The servers of the deployment that the environment names, as an operator's command uses them. */
export interface Deployment extends Governance {
  /** Who acts, and by which request: this command. */
  readonly context: ExecutionContext;
  readonly database: Database;
  readonly unitOfWork: UnitOfWork;
  /** Across all tenants, without a transaction. */
  readonly pool: Pool;
  /** Connects with the first call. */
  readonly spicedb: SpiceDbConnection;
  readonly ids: IdGenerator;
  readonly clock: Clock;
  readonly desk: ProjectionDesk;
  readonly shards: PgShardRegistry;
}

/** Connects for the length of one command. */
export async function withDeployment<T>(variables: NodeJS.ProcessEnv, work: (deployment: Deployment) => Promise<T>): Promise<T> {
  const environment = new Environment(variables);
  const { databaseUrl, spicedb: graph } = environment.settled(readConnections(environment));
  const connection = await connectDatabase({ url: databaseUrl, poolSize: 2, applicationName: 'tenantry-ops' });
  const pool = platformPool({ url: databaseUrl, poolSize: 2, applicationName: 'tenantry-ops' });
  const spicedb = connectSpiceDb(graph);
  try {
    return await work(assemble(connection, pool, spicedb));
  } finally {
    spicedb.close();
    await pool.end();
    await connection.close();
  }
}

function assemble({ database, unitOfWork, ids }: DatabaseConnection, pool: Pool, spicedb: SpiceDbConnection): Deployment {
  const clock = new SystemClock();
  const governance = composeGovernance({ database, unitOfWork, ids, clock });
  const { auditTrail: audit, operations } = governance;
  const graph = spicedb.provider;
  const move: DeskParts['move'] = (...asked) => reassignBuckets({ pool, graph, ids }, ...asked);
  return {
    context: operatorContext(),
    ...{ database, unitOfWork, pool, spicedb, ids, clock },
    ...governance,
    desk: projectionDesk({ database, unitOfWork, audit, operations, graph, mapping: new PgGraphMapping(), move }),
    shards: new PgShardRegistry(pool, ids),
  };
}
