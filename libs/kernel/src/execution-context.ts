import type { UserId } from './ids.ts';

/** Who acts. `system` is this product itself: bootstrap, clean-up, operators at the command line. */
export type Actor =
  | { readonly kind: 'user'; readonly id: UserId }
  | { readonly kind: 'service'; readonly id: string }
  | { readonly kind: 'system'; readonly id: string };

/** What a caller sent as `Idempotency-Key`, bound to who sent it and to what they sent. */
export interface IdempotencyRequest {
  readonly key: string;
  /** The caller: the same key of another caller is another request. */
  readonly principal: string;
  /** SHA-256 over method, path and body: the same key with another body is refused. */
  readonly fingerprint: string;
}

/** Proof that events were committed: where in the log they are. Empty when nothing changed. */
export interface CommitReceipt {
  readonly events: readonly {
    readonly position: bigint;
    readonly bucket: number;
    readonly tenantId: string | null;
    readonly revoking: boolean;
  }[];
  /** True when the outcome was read back from an earlier request with the same Idempotency-Key; the events are its. */
  readonly replayed: boolean;
}

/** Travels with one request from the edge to the unit of work: explicit, instead of ambient. */
export class ExecutionContext {
  constructor(
    readonly actor: Actor,
    readonly requestId: string,
    readonly options: { readonly traceparent?: string; readonly idempotency?: IdempotencyRequest } = {},
    private readonly collected: CommitReceipt[] = [],
  ) {}

  /** The same request in its next step of a trace: what either commits, both know. */
  continuedBy(traceparent: string): ExecutionContext {
    return new ExecutionContext(this.actor, this.requestId, { ...this.options, traceparent }, this.collected);
  }

  /** Called by the unit of work after each commit. */
  committed(receipt: CommitReceipt): void {
    this.collected.push(receipt);
  }

  get receipts(): readonly CommitReceipt[] {
    return this.collected;
  }
}
