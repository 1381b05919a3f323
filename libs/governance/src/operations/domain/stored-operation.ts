import type { TenantId } from '#kernel';
import { VersionMismatch } from '#kernel';
import { OperationEnded, OperationNotRetryable } from './errors.ts';
import type { Json, JsonObject, OperationId, OperationState } from './operation.ts';

export interface OperationSnapshot {
  readonly id: OperationId;
  readonly kind: string;
  readonly tenantId: TenantId | null;
  readonly input: JsonObject;
  readonly exclusive: string | null;
  readonly checkpoint: Json;
  readonly state: OperationState;
  readonly cancelRequested: boolean;
  /** A worker has it at this moment. */
  readonly held: boolean;
  readonly version: number;
}

/** An operation as those see it who give orders about it; the worker that runs it writes its progress and its end. */
export class StoredOperation {
  private constructor(private current: OperationSnapshot) {}

  /** As it is stored. */
  static rehydrate(snapshot: OperationSnapshot): StoredOperation {
    return new StoredOperation(snapshot);
  }

  get snapshot(): OperationSnapshot {
    return this.current;
  }

  /** Throws `VersionMismatch`. */
  expectVersion(expected: number): void {
    if (expected !== this.current.version) throw new VersionMismatch();
  }

  /** Ends it at once when nobody is at it; whoever is, is asked to end soon. Asking twice changes nothing. Throws `OperationEnded`. */
  cancel(): void {
    this.mustBeOpen();
    const { held, cancelRequested, version } = this.current;
    if (!held) this.current = { ...this.current, state: 'cancelled', version: version + 1 };
    else if (!cancelRequested) this.current = { ...this.current, cancelRequested: true, version: version + 1 };
  }

  /** Throws `OperationNotRetryable`. */
  mustBeRetryable(): void {
    const { state } = this.current;
    if (state !== 'failed' && state !== 'cancelled') throw new OperationNotRetryable();
  }

  private mustBeOpen(): void {
    const { state } = this.current;
    if (state !== 'pending' && state !== 'running') throw new OperationEnded();
  }
}
