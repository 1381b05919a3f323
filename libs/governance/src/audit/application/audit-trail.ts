import type { ExecutionContext, TenantId, Transaction, WorkspaceId } from '#kernel';

/** What somebody did, as it will be read years later. */
export interface AuditEntry {
  /** What was done, in the past tense, dotted: `projection.event_discarded`. */
  readonly action: string;
  readonly target: { readonly type: string; readonly id: string };
  /** Null: it is about the platform. */
  readonly tenantId: TenantId | null;
  readonly workspaceId?: WorkspaceId;
  readonly before?: Readonly<Record<string, unknown>> | null;
  readonly after?: Readonly<Record<string, unknown>> | null;
}

/** Append-only, by grant and by trigger. */
export abstract class AuditTrail {
  /** In the transaction of the change: both are there or neither. Who and by which request is taken from the context. */
  abstract record(tx: Transaction, context: ExecutionContext, entry: AuditEntry): Promise<void>;
}
