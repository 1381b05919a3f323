import { UnitOfWork, type CommitReceipt, type DataScope, type ExecutionContext, type IdGenerator, type Transaction } from '#kernel';
import type { Pool, PoolClient } from 'pg';
import { classifyDatabaseError, isRetryable } from '../classify-error.ts';
import type { CommitSignals } from '../commit-signals.ts';
import type { FailPoints } from '../fail-point.ts';
import { findStoredOutcome, storeOutcome } from './idempotency-rows.ts';
import { insertOutboxRows } from './outbox-rows.ts';
import { scopeSetting } from './pg-database.ts';
import { PgExecutor, PgTransaction } from './pg-transaction.ts';

/** How often a deadlocked transaction is tried before its error is the caller's. */
const attempts = 4;

/**
 * Opens the scope and takes the transaction's id at once: a position is then never drawn by a transaction whose id is
 * younger than the position, which is what lets the relay know below which position no event can still appear.
 */
const open = {
  name: 'open_transaction',
  text: "SELECT set_config('tenantry.tenant', $1, true), pg_current_xact_id()::text",
};

interface Outcome<Result> {
  readonly result: Result;
  readonly receipt: CommitReceipt;
}

/** Three round trips around the work: open, then events with commit. */
export class PgUnitOfWork extends UnitOfWork {
  constructor(
    private readonly pool: Pool,
    private readonly ids: IdGenerator,
    private readonly signals: CommitSignals,
    private readonly failPoints: FailPoints,
  ) {
    super();
  }

  override async run<Result>(context: ExecutionContext, scope: DataScope, work: (tx: Transaction) => Promise<Result>): Promise<Result> {
    const { result, receipt } = await this.withRetries(() => this.attempt(context, scope, work));
    context.committed(receipt);
    if (receipt.events.length > 0 && !receipt.replayed) this.signals.emit(receipt);
    await this.failPoints.pass('after-commit');
    return result;
  }

  private async withRetries<T>(attempt: () => Promise<T>): Promise<T> {
    for (let left = attempts - 1; ; left -= 1) {
      try {
        return await attempt();
      } catch (error) {
        if (left === 0 || !isRetryable(error)) throw classifyDatabaseError(error);
      }
    }
  }

  private async attempt<Result>(
    context: ExecutionContext,
    scope: DataScope,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Outcome<Result>> {
    const client = await this.pool.connect();
    try {
      const outcome = await this.inTransaction(client, context, scope, work);
      client.release();
      return outcome;
    } catch (error) {
      await client.query('ROLLBACK').then(
        () => client.release(),
        () => client.release(true),
      );
      throw error;
    }
  }

  private async inTransaction<Result>(
    client: PoolClient,
    context: ExecutionContext,
    scope: DataScope,
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Outcome<Result>> {
    const tx = new PgTransaction(new PgExecutor(client));
    const { idempotency } = context.options;
    const [, , stored] = await settleAll([
      client.query('BEGIN'),
      client.query({ ...open, values: [scopeSetting(scope)] }),
      idempotency === undefined ? null : findStoredOutcome(tx.executor, idempotency),
    ]);
    if (stored !== null) {
      await client.query('COMMIT');
      return { result: stored.result as Result, receipt: { events: stored.events, replayed: true } };
    }
    const result = await work(tx);
    const [events] = await settleAll([this.record(tx, context, result), this.commit(client)]);
    tx.committed();
    return { result, receipt: { events, replayed: false } };
  }

  private async record(tx: PgTransaction, context: ExecutionContext, result: unknown): Promise<CommitReceipt['events']> {
    if (tx.collected.length > 0) return insertOutboxRows(tx.executor, tx.collected, context, this.ids, result);
    if (context.options.idempotency !== undefined) await storeOutcome(tx.executor, context.options.idempotency, result);
    return [];
  }

  /**
   * Sent together with the inserts. After any failed statement the server answers it with a rollback, and says so only here:
   * the insert's error is thrown before this one, but a statement whose failure `work` swallowed has no other sign.
   */
  private async commit(client: PoolClient): Promise<void> {
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('the transaction was rolled back: one of its statements had failed');
  }
}

/** Like `Promise.all`, but leaves nothing under way when it rejects: the connection goes back to the pool afterwards. */
async function settleAll<T extends readonly unknown[]>(promises: [...T]): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const results = await Promise.allSettled(promises);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return results.map((result) => (result as PromiseFulfilledResult<unknown>).value) as { -readonly [K in keyof T]: Awaited<T[K]> };
}
