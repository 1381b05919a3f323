import type { DataScope } from '#kernel';
import type { Pool, PoolClient } from 'pg';
import { classifyDatabaseError } from '../classify-error.ts';
import { Database, type Statement } from '../database.ts';
import { ScopedQuery } from './scoped-query.ts';

export const scopeSetting = (scope: DataScope): string => (scope.kind === 'platform' ? '*' : scope.tenantId);

/** One round trip, in a transaction of its own that carries the scope. A connection at rest sees no tenant. */
export class PgDatabase extends Database {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async read<Row>(scope: DataScope, statement: Statement): Promise<readonly Row[]> {
    let client: PoolClient | undefined;
    try {
      client = await this.pool.connect();
      const connected = client;
      const rows = await ScopedQuery.run<Row>(scopeSetting(scope), statement, (query) => connected.query(query));
      client.release();
      return rows;
    } catch (error) {
      client?.release(true);
      throw classifyDatabaseError(error);
    }
  }
}
