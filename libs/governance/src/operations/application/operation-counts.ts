import type { OperationState } from '../domain/operation.ts';

export interface OperationCount {
  readonly kind: string;
  readonly state: OperationState;
  readonly operations: number;
  /** How long the longest of them has waited for a worker: since it was asked for, or since its worker's lease ended. */
  readonly unattendedSeconds: number;
}

/**
 * For metrics: every open operation, and of the ended ones those of the last seven days; a failed one that was tried again is
 * no longer counted. One statement over PostgreSQL, a copy of at most 5 s.
 */
export abstract class OperationCounts {
  abstract read(): Promise<readonly OperationCount[]>;
}
