import type { Actor, TenantId, Transaction } from '#kernel';
import type { Json, JsonObject, OperationId } from './operation.ts';
import type { StoredOperation } from './stored-operation.ts';

export interface NewOperation {
  readonly id: OperationId;
  readonly kind: string;
  readonly tenantId: TenantId | null;
  readonly input: JsonObject;
  readonly exclusive: string | null;
  readonly retryOf: OperationId | null;
  /** Where it goes on; null: from the start. */
  readonly checkpoint: Json;
  readonly requestedBy: Actor;
  readonly requestId: string;
  readonly createdAt: Date;
}

/** Operations as rows, for those who ask for them and give orders about them. */
export abstract class OperationRepository {
  /** Pending, version 1. Throws `OperationInProgress` when one with the same `exclusive` is open, also one that is just being committed. */
  abstract insert(tx: Transaction, operation: NewOperation): Promise<void>;

  /** Held until the transaction ends: its worker waits with what it reports. */
  abstract lock(tx: Transaction, id: OperationId): Promise<StoredOperation | null>;

  /** Stores what `lock` gave and somebody changed. */
  abstract update(tx: Transaction, operation: StoredOperation, at: Date): Promise<void>;

  /** The retry of this operation that is pending or running, if there is one. */
  abstract openRetryOf(tx: Transaction, id: OperationId): Promise<OperationId | null>;
}
