import type { OperationState } from '../domain/operation.ts';

export interface ObservedOperation {
  readonly id: string;
  readonly kind: string;
}

/** What workers tell about operations; nothing rests on it. */
export abstract class OperationObserver {
  abstract began(operation: ObservedOperation, attempt: number): void;
  abstract ended(operation: ObservedOperation, state: OperationState): void;
  /** Tried again in a moment: an outage. */
  abstract waits(operation: ObservedOperation, error: unknown, retryInMs: number): void;
  /** It failed in a way that nobody expected. Whether it is tried again is in `last`. The error is shown nowhere else. */
  abstract tripped(operation: ObservedOperation, error: unknown, last: boolean): void;
  /** Another worker has it, or may have it. */
  abstract lost(operation: ObservedOperation): void;
  abstract gaveBack(operation: ObservedOperation): void;
  /** No work can be looked for. */
  abstract unreachable(error: unknown): void;
}
