import type { DataScope } from '#kernel';
import type { Pool } from 'pg';
import { classifyDatabaseError } from '../classify-error.ts';
import { Database, type Statement } from '../database.ts';

export const scopeSetting = (scope: DataScope): string => (scope.kind === 'platform' ? '*' : scope.tenantId);

const enterScope = { name: 'enter_scope', text: "SELECT set_config('tenantry.tenant', $1, false)" };
const leaveScope = { name: 'leave_scope', text: "SELECT set_config('tenantry.tenant', '', false)" };

/** Three pipelined statements, one round trip: enter the scope, read, leave it. A connection at rest sees no tenant. */
export class PgDatabase extends Database {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async read<Row>(scope: DataScope, statement: Statement): Promise<readonly Row[]> {
    const client = await this.connect();
    const results = await Promise.allSettled([
      client.query({ ...enterScope, values: [scopeSetting(scope)] }),
      client.query({ text: statement.text, values: statement.values as unknown[], ...(statement.name && { name: statement.name }) }),
      client.query(leaveScope),
    ]);
    const failed = results.find((result) => result.status === 'rejected');
    const connectionIsSound = results[2].status === 'fulfilled';
    client.release(!connectionIsSound);
    if (failed !== undefined) throw classifyDatabaseError(failed.reason);
    return (results[1] as PromiseFulfilledResult<{ rows: Row[] }>).value.rows;
  }

  private async connect() {
    try {
      return await this.pool.connect();
    } catch (error) {
      throw classifyDatabaseError(error);
    }
  }
}
