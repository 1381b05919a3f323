import { DomainError, type DataScope, type Transaction } from '#kernel';
import type { SqlExecutor } from './sql.ts';

/** One SQL statement. With a `name` it is prepared once per connection: use it for everything on a request's path. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
}

/** Reads outside a transaction. One round trip; row-level security sees exactly the given scope, and nothing without one. */
export abstract class Database {
  abstract read<Row>(scope: DataScope, statement: Statement): Promise<readonly Row[]>;
}

/** PostgreSQL cannot be reached, is starting, stopping or out of connections, or took longer than the statement timeout. */
export class DatabaseUnavailable extends DomainError {
  override readonly kind = 'unavailable';
  override readonly code = 'database_unavailable';

  constructor(cause: unknown) {
    super('The database cannot be reached right now.', { cause, retryAfterSeconds: 1 });
  }
}

/**
 * A constraint refused a statement. Adapters turn the constraints they know into errors of their domain; what reaches
 * the edge is a conflict in general terms, never the database's own words.
 */
export class ConstraintViolation extends DomainError {
  override readonly kind = 'conflict';
  override readonly code = 'constraint_violation';

  constructor(
    readonly constraint: string,
    readonly sqlState: string,
    cause: unknown,
  ) {
    super('The change conflicts with the current state.', { cause });
  }
}

/** The executor of an open transaction, for adapters that store or read inside it. */
export function executorOf(tx: Transaction): SqlExecutor {
  if (!('executor' in tx)) throw new TypeError('not a transaction of this database');
  return tx.executor as SqlExecutor;
}
