import type { IdempotencyRequest } from '#kernel';
import { IdempotencyKeyReused, IdempotentRequestInProgress } from '../idempotency.ts';
import type { SqlExecutor } from '../sql.ts';

/** Held until the transaction ends, so that a twin meets either this lock or the committed row. */
const lock = {
  name: 'idempotency_lock',
  text: 'SELECT pg_try_advisory_xact_lock(hashtextextended($1 || chr(10) || $2, 7)) AS locked',
};

/** Kept for 24 hours; an older row counts as absent and is overwritten. */
const find = {
  name: 'idempotency_find',
  text: `SELECT fingerprint, result FROM idempotency_keys WHERE principal = $1 AND key = $2 AND created_at > now() - interval '24 hours'`,
};

const store = {
  name: 'idempotency_store',
  text: `INSERT INTO idempotency_keys (principal, key, fingerprint, result) VALUES ($1, $2, $3, $4)
    ON CONFLICT (principal, key) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, result = EXCLUDED.result, created_at = now()`,
};

/** The stored result of the same request, or null when it is new. */
export async function findStoredResult(executor: SqlExecutor, request: IdempotencyRequest): Promise<{ result: unknown } | null> {
  const owner = [request.principal, request.key];
  const [locked, found] = await Promise.all([
    executor.query<{ locked: boolean }>(lock.text, owner, lock.name),
    executor.query<{ fingerprint: string; result: unknown }>(find.text, owner, find.name),
  ]);
  if (!locked.rows[0]?.locked) throw new IdempotentRequestInProgress();
  const stored = found.rows[0];
  if (stored === undefined) return null;
  if (stored.fingerprint !== request.fingerprint) throw new IdempotencyKeyReused();
  return { result: stored.result };
}

export async function storeResult(executor: SqlExecutor, request: IdempotencyRequest, result: unknown): Promise<void> {
  await executor.query(store.text, [request.principal, request.key, request.fingerprint, JSON.stringify(result ?? null)], store.name);
}
