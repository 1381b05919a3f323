import type { DataScope } from '#kernel';
import type { Pool, PoolClient } from 'pg';
import { classifyDatabaseError } from '../classify-error.ts';
import { Database, type Statement } from '../database.ts';
import { ScopedQuery } from './scoped-query.ts';
import { sendTogether } from './send-together.ts';

export const scopeSetting = (scope: DataScope): string => (scope.kind === 'platform' ? '*' : scope.tenantId);

interface Asked {
  readonly scope: DataScope;
  readonly statement: Statement;
  readonly resolve: (rows: readonly unknown[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads that share a connection answer one after the other: few enough that none waits long for those before it. */
const mostTogether = 8;

/**
 * Each read is one implicit transaction that carries its scope: a connection at rest sees no tenant. Those asked for in one
 * turn of the event loop go out together, on one connection and in one write. Measured with 32 under way: 103 µs of CPU a
 * read as three statements (enter, read, leave), 56 as one transaction, 26 sent together; with one under way 67, 32 and 42.
 */
export class PgDatabase extends Database {
  private asked: Asked[] = [];

  constructor(private readonly pool: Pool) {
    super();
  }

  override read<Row>(scope: DataScope, statement: Statement): Promise<readonly Row[]> {
    return new Promise<readonly unknown[]>((resolve, reject) => {
      if (this.asked.push({ scope, statement, resolve, reject }) === 1) setImmediate(() => this.sendAll());
    }) as Promise<readonly Row[]>;
  }

  private sendAll(): void {
    const { asked } = this;
    this.asked = [];
    for (let from = 0; from < asked.length; from += mostTogether) void this.send(asked.slice(from, from + mostTogether));
  }

  private async send(together: readonly Asked[]): Promise<void> {
    let client: PoolClient;
    try {
      client = await this.pool.connect();
    } catch (error) {
      for (const { reject } of together) reject(classifyDatabaseError(error));
      return;
    }
    let failed = false;
    const fail = (asked: Asked) => (error: unknown) => {
      failed = true;
      asked.reject(classifyDatabaseError(error));
    };
    sendTogether(client);
    const answers = together.map((one) =>
      ScopedQuery.run(scopeSetting(one.scope), one.statement, (query) => client.query(query)).then(one.resolve, fail(one)),
    );
    await Promise.all(answers);
    client.release(failed);
  }
}
