import { executorOf } from '#database';
import type { TenantId, Transaction } from '#kernel';
import { OperationInProgress } from '../domain/errors.ts';
import { OperationRepository, type NewOperation } from '../domain/operation-repository.ts';
import type { Json, JsonObject, OperationId, OperationState } from '../domain/operation.ts';
import { StoredOperation } from '../domain/stored-operation.ts';

// An operation is found by its id; tenants are told apart by row-level security and, for the platform's own, not at all.
const insert = {
  name: 'operation_insert',
  text: `INSERT INTO operations (id, tenant_id, kind, exclusive, request, checkpoint, retry_of, requested_by, request_id, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
    ON CONFLICT (exclusive) WHERE state IN ('pending', 'running') DO NOTHING RETURNING id`,
};

const open = {
  name: 'operation_open_exclusive',
  text: `SELECT id FROM operations WHERE exclusive = $1 AND state IN ('pending', 'running')`,
};

const openRetry = {
  name: 'operation_open_retry',
  text: `SELECT id FROM operations WHERE retry_of = $1 AND state IN ('pending', 'running') LIMIT 1`,
};

const lock = {
  name: 'operation_lock',
  text: `SELECT id, kind, tenant_id, request, exclusive, checkpoint, state, cancel_requested, version,
      state = 'running' AND runner IS NOT NULL AND lease_until >= now() AS held
    FROM operations WHERE id = $1 FOR UPDATE`,
};

/** A worker that still believes to have it finds neither its name nor the state it left. */
const update = {
  name: 'operation_update',
  text: `UPDATE operations SET state = $2, cancel_requested = $3, version = $4, updated_at = $5,
      finished_at = CASE WHEN $2 = 'cancelled' THEN $5::timestamptz END,
      runner = CASE WHEN $2 = 'cancelled' THEN NULL ELSE runner END,
      lease_until = CASE WHEN $2 = 'cancelled' THEN NULL ELSE lease_until END
    WHERE id = $1`,
};

interface OperationRow {
  readonly id: OperationId;
  readonly kind: string;
  readonly tenant_id: TenantId | null;
  readonly request: JsonObject;
  readonly exclusive: string | null;
  readonly checkpoint: Json;
  readonly state: OperationState;
  readonly cancel_requested: boolean;
  readonly version: number;
  readonly held: boolean | null;
}

const json = (value: Json) => (value === null ? null : JSON.stringify(value));

export class PgOperationRepository extends OperationRepository {
  override async insert(tx: Transaction, operation: NewOperation): Promise<void> {
    const { id, tenantId, kind, exclusive, input, checkpoint, retryOf, requestedBy, requestId, createdAt } = operation;
    const what = [id, tenantId, kind, exclusive, JSON.stringify(input), json(checkpoint), retryOf];
    const values = [...what, JSON.stringify(requestedBy), requestId, createdAt];
    const { rowCount } = await executorOf(tx).query(insert.text, values, insert.name);
    if (rowCount === 0) throw new OperationInProgress(await this.openWith(tx, exclusive));
  }

  private async openWith(tx: Transaction, exclusive: string | null): Promise<OperationId | null> {
    const { rows } = await executorOf(tx).query<{ id: OperationId }>(open.text, [exclusive], open.name);
    return rows[0]?.id ?? null;
  }

  override async lock(tx: Transaction, id: OperationId): Promise<StoredOperation | null> {
    const { rows } = await executorOf(tx).query<OperationRow>(lock.text, [id], lock.name);
    const [row] = rows;
    if (row === undefined) return null;
    const { tenant_id: tenantId, request: input, cancel_requested: cancelRequested, held, ...same } = row;
    return StoredOperation.rehydrate({ ...same, tenantId, input, cancelRequested, held: held === true });
  }

  override async update(tx: Transaction, { snapshot }: StoredOperation, at: Date): Promise<void> {
    const { id, state, cancelRequested, version } = snapshot;
    await executorOf(tx).query(update.text, [id, state, cancelRequested, version, at], update.name);
  }

  override async openRetryOf(tx: Transaction, id: OperationId): Promise<OperationId | null> {
    const { rows } = await executorOf(tx).query<{ id: OperationId }>(openRetry.text, [id], openRetry.name);
    return rows[0]?.id ?? null;
  }
}
