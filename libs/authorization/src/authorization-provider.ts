import type { ObjectRef, Precondition, Relationship, RelationshipFilter, RelationshipUpdate, SubjectRef } from './relationship.ts';

/** SpiceDB's ZedToken: a revision of the graph. Opaque, and two of them cannot be ordered. */
export type GraphToken = string & { readonly __graphToken: unique symbol };

/** How old the answer may be. `minimize_latency` may lag by the staleness window of the engine (1 s as shipped). */
export type Consistency =
  | { readonly kind: 'minimize_latency' }
  | { readonly kind: 'at_least_as_fresh'; readonly token: GraphToken }
  | { readonly kind: 'exact'; readonly token: GraphToken }
  | { readonly kind: 'fully_consistent' };

export interface CheckRequest {
  readonly resource: ObjectRef;
  readonly permission: string;
  readonly subject: SubjectRef;
}

export interface CheckAnswer {
  readonly allowed: boolean;
  /** The revision at which it was answered. */
  readonly checkedAt: GraphToken;
}

export interface BulkCheckAnswer {
  /** In the order of the requests. */
  readonly allowed: readonly boolean[];
  readonly checkedAt: GraphToken;
}

export interface CallOptions {
  /** Milliseconds; after it the call fails with `AuthorizationUnavailable`. Default: the provider's own. */
  readonly deadlineMs?: number;
}

/**
 * The permission graph. Reads may be retried at will. A write that failed with `AuthorizationUnavailable` may or may not
 * have happened, and may even still happen later: write again only behind a precondition that tells.
 *
 * Every method throws `AuthorizationUnavailable` when the engine cannot answer in time, refuses the key, or is read-only,
 * and `GraphSchemaMissing` when it does not know a type or relation that was used. It never answers "no" for an outage.
 * A revision it cannot answer at (malformed, expired, or `exact` of another engine) is `InvalidGraphToken`; `at_least_as_fresh`
 * of another engine is answered with the newest state. `InvalidGraphRequest` is a question that no engine takes.
 */
export abstract class AuthorizationProvider {
  /** One engine call. */
  abstract check(request: CheckRequest, consistency: Consistency, options?: CallOptions): Promise<CheckAnswer>;

  /**
   * One engine call for 1 to 1,000 requests (else `RangeError`), all answered at one revision. An item the engine cannot
   * answer fails the call.
   */
  abstract checkBulk(requests: readonly CheckRequest[], consistency: Consistency, options?: CallOptions): Promise<BulkCheckAnswer>;

  /** Streams matching edges, unordered, at one revision; pages behind the scenes, so memory stays flat. Expired edges are not returned. */
  abstract read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship>;

  /**
   * All or nothing, at one revision. 1 to 1,000 updates, no edge twice. A delete ignores the edge's expiry, and preconditions
   * do not see expired edges.
   * Throws `PreconditionNotMet` when a precondition failed, `InvalidRelationship` when the engine refuses an update for
   * what it says, and `RangeError` for a batch outside the limits: those writes certainly did not happen.
   */
  abstract write(
    updates: readonly RelationshipUpdate[],
    preconditions?: readonly Precondition[],
    options?: CallOptions,
  ): Promise<GraphToken>;
}

/** The schema side of the engine: for start-up, migration and repair, never for requests. */
export abstract class GraphSchema {
  /** The schema the engine holds, or null when it holds none (a new or lost engine). */
  abstract read(): Promise<string | null>;

  /** Replaces the schema. Idempotent. Throws `InvalidGraphSchema` when the engine refuses the text. */
  abstract write(schema: string): Promise<void>;
}
