import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '../../../support/test-database.ts';

/** A test's database, seen with the owner's eyes: row-level security does not apply. */
export interface OwnedDatabase extends TestDatabase {
  readonly owner: pg.Client;
  /** A connection as the processes have it: the runtime role, with the given scope or none. */
  asRuntime(scope?: string): Promise<pg.Client>;
}

export async function createOwnedDatabase(): Promise<OwnedDatabase> {
  const database = await createTestDatabase();
  const clients: pg.Client[] = [];
  const connect = async (options: string) => {
    const client = new pg.Client({ connectionString: database.url, options: `-c search_path=tenantry ${options}` });
    await client.connect();
    clients.push(client);
    return client;
  };
  const owner = await connect('');
  return {
    ...database,
    owner,
    asRuntime: (scope) => connect(`-c role=tenantry_runtime${scope === undefined ? '' : ` -c tenantry.tenant=${scope}`}`),
    async drop() {
      await Promise.all(clients.map((client) => client.end()));
      await database.drop();
    },
  };
}
