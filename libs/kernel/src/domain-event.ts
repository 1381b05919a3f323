import type { TenantId } from './ids.ts';

/**
 * A fact in the past tense. Primitives only, because it is stored as JSON for as long as the log is kept; `type` and
 * `schemaVersion` are a contract with every reader of that log.
 */
export interface DomainEvent<Type extends string = string, Payload extends object = object> {
  readonly type: Type;
  readonly schemaVersion: number;
  readonly aggregateType: string;
  readonly aggregateId: string;
  readonly aggregateVersion: number;
  /** Null only for facts of the platform itself, such as who administers it. */
  readonly tenantId: TenantId | null;
  /** True unless the event is provably a pure grant: revoking events are projected before grants. */
  readonly revoking: boolean;
  readonly occurredAt: Date;
  readonly payload: Payload;
}
