import type { AggregateRoot } from './aggregate-root.ts';
import type { ExecutionContext } from './execution-context.ts';
import type { TenantId } from './ids.ts';

/**
 * Which rows a transaction may see. `tenant` is enforced a second time by row-level security; `platform` sees every
 * tenant and is for work that is about the platform (creating a tenant, suspending a user everywhere, projecting).
 */
export type DataScope = { readonly kind: 'tenant'; readonly tenantId: TenantId } | { readonly kind: 'platform' };

export const platformScope: DataScope = { kind: 'platform' };
export const tenantScope = (tenantId: TenantId): DataScope => ({ kind: 'tenant', tenantId });

/** An open transaction. Repositories take it as their first argument; there is no other way to write. */
export abstract class Transaction {
  /** Repositories call it for every aggregate they store: its events go to the outbox in this transaction, in this order. */
  abstract collect(aggregate: AggregateRoot): void;

  /** Calls `tell` once this transaction is committed, in this process: for hints that nothing rests on. It must neither throw nor block. */
  abstract afterCommit(tell: () => void): void;
}

/**
 * Runs one use case in one READ COMMITTED transaction and writes the events of everything saved to the outbox before it
 * commits. A rejected `work` rolls everything back. Deadlocks and serialization failures are retried a few times with a
 * fresh transaction, so `work` must not have effects outside it. With an `Idempotency-Key` in the context, the result is
 * stored in the same transaction and returned again for the same request without running `work`: results are JSON.
 *
 * Throws `IdempotencyKeyReused` (invalid), `IdempotentRequestInProgress` (conflict), `DatabaseUnavailable` (unavailable).
 * Whatever happens after the commit never makes it throw.
 */
export abstract class UnitOfWork {
  abstract run<Result>(context: ExecutionContext, scope: DataScope, work: (tx: Transaction) => Promise<Result>): Promise<Result>;
}
