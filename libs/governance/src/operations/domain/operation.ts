import type { Brand, TenantId } from '#kernel';

export type OperationId = Brand<string, 'OperationId'>;

export const OPERATION_STATES = ['pending', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export type OperationState = (typeof OPERATION_STATES)[number];

/** JSON, as it is stored. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

/** How far it is. `total` is null while nobody knows; `step` says in words what is under way. */
export interface OperationProgress {
  readonly done: number;
  readonly total: number | null;
  readonly step?: string;
}

export interface OperationRequest {
  /** Which handler does it. */
  readonly kind: string;
  /** Null: it is about the platform. */
  readonly tenantId: TenantId | null;
  /** What is wanted, as its handler understands it. */
  readonly input: JsonObject;
  /** Of those that name the same, one is pending or running at a time. */
  readonly exclusive?: string;
}
