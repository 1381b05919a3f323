import type { Actor, PageOf, PageRequest, TenantId } from '#kernel';
import type { JsonObject, OperationId, OperationState } from '../domain/operation.ts';

export interface OperationView {
  readonly id: OperationId;
  readonly tenant_id: TenantId | null;
  readonly kind: string;
  readonly state: OperationState;
  readonly progress: { readonly done: number; readonly total: number | null; readonly step: string | null };
  readonly input: JsonObject;
  readonly result: JsonObject | null;
  readonly failure: { readonly code: string; readonly message: string } | null;
  readonly requested_by: Actor;
  readonly retry_of: OperationId | null;
  readonly cancel_requested: boolean;
  /** How often a worker began it since it last got on. */
  readonly attempts: number;
  /** It should be under way for seconds, and no worker is at any operation: most likely none is running. */
  readonly waiting_for_worker: boolean;
  readonly version: number;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
}

export interface OperationFilter {
  readonly kind?: string;
  readonly state?: OperationState;
}

/** Read straight from the table; each is one statement. */
export abstract class OperationViews {
  abstract operation(id: OperationId): Promise<OperationView | null>;

  /** Newest first. */
  abstract operations(page: PageRequest & OperationFilter): Promise<PageOf<OperationView>>;
}
