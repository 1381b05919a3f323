import type { Database } from '#database';
import { platformScope } from '#kernel';
import { OperationsBell } from '../application/operations-bell.ts';

/** LISTEN/NOTIFY channel, without payload. */
export const operationsChannel = 'tenantry_operations';

/** A notification takes a transaction number: its commit need not wait for the disk, because nothing rests on it. */
const ring = {
  name: 'operations_ring',
  text: "SELECT set_config('synchronous_commit', 'off', true), pg_notify($1, '')",
};

/** By NOTIFY, in a statement of its own: within the transaction of who asks it would serialise commits. */
export class PgOperationsBell extends OperationsBell {
  constructor(private readonly database: Database) {
    super();
  }

  override ring(): void {
    void this.database.read(platformScope, { ...ring, values: [operationsChannel] }).catch(() => undefined);
  }
}
