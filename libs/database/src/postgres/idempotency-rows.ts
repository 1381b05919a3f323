import type { CommitReceipt, IdempotencyRequest } from '#kernel';
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

/** Takes principal, key, fingerprint and result as parameters, and the SQL of the events that the request committed. */
export const storing = (parameters: string, events: string) => `INSERT INTO idempotency_keys (principal, key, fingerprint, result)
    SELECT principal, key, fingerprint, jsonb_build_object('result', result, 'events', ${events}) FROM (VALUES ${parameters})
      AS request (principal, key, fingerprint, result)
    ON CONFLICT (principal, key) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, result = EXCLUDED.result, created_at = now()`;

const store = { name: 'idempotency_store', text: storing('($1::text, $2::text, $3::text, $4::jsonb)', "'[]'::jsonb") };

/** An event as the database tells of it: positions are beyond what a number holds. */
export interface StoredEvent {
  readonly position: string;
  readonly bucket: number;
  readonly tenant_id: string | null;
  readonly revoking: boolean;
}

export interface StoredOutcome {
  readonly result: unknown;
  readonly events: CommitReceipt['events'];
}

export const receiptEvents = (rows: readonly StoredEvent[]): CommitReceipt['events'] =>
  rows.map((row) => ({ position: BigInt(row.position), bucket: row.bucket, tenantId: row.tenant_id, revoking: row.revoking }));

export const storedValues = ({ principal, key, fingerprint }: IdempotencyRequest, result: unknown): readonly string[] => [
  principal,
  key,
  fingerprint,
  JSON.stringify(result ?? null),
];

/** The stored outcome of the same request, or null when it is new. */
export async function findStoredOutcome(executor: SqlExecutor, request: IdempotencyRequest): Promise<StoredOutcome | null> {
  const owner = [request.principal, request.key];
  const [locked, found] = await Promise.all([
    executor.query<{ locked: boolean }>(lock.text, owner, lock.name),
    executor.query<{ fingerprint: string; result: { result: unknown; events: StoredEvent[] } }>(find.text, owner, find.name),
  ]);
  if (!locked.rows[0]?.locked) throw new IdempotentRequestInProgress();
  const stored = found.rows[0];
  if (stored === undefined) return null;
  if (stored.fingerprint !== request.fingerprint) throw new IdempotencyKeyReused();
  return { result: stored.result.result, events: receiptEvents(stored.result.events) };
}

/** For a request that committed no events; with events, they and its outcome are one statement. */
export async function storeOutcome(executor: SqlExecutor, request: IdempotencyRequest, result: unknown): Promise<void> {
  await executor.query(store.text, storedValues(request, result), store.name);
}
