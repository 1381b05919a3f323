import { OwnerConnection } from '../../iam/support/owner-connection.ts';

export interface HeldTransaction {
  readonly connection: OwnerConnection;
  commit(): Promise<void>;
}

/** A transaction that has its id and goes on until it is told to commit. */
export async function heldOpen(url: string): Promise<HeldTransaction> {
  const connection = await OwnerConnection.open(url);
  await connection.query('BEGIN');
  await connection.query('SELECT pg_current_xact_id()');
  return {
    connection,
    async commit() {
      await connection.query('COMMIT');
      await connection.close();
    },
  };
}
