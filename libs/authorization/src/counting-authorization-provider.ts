import type {
  AuthorizationProvider,
  BulkCheckAnswer,
  CallOptions,
  CheckAnswer,
  CheckRequest,
  Consistency,
  GraphToken,
} from './authorization-provider.ts';
import { ForwardingAuthorizationProvider } from './forwarding-authorization-provider.ts';
import type { Precondition, Relationship, RelationshipFilter, RelationshipUpdate } from './relationship.ts';

export type EngineCall = 'check' | 'check_bulk' | 'read' | 'write';

/**
 * Told of every call to the engine, before it is made and in the caller's own asynchronous context: so an observer can
 * count calls per request as well as in all. It must not throw, and costs what it costs on every check.
 */
export abstract class EngineCallObserver {
  /** `items`: questions or updates in the call; 1 for a read. */
  abstract called(call: EngineCall, items: number): void;
}

/** Wraps a provider and tells an observer; adds no promise of its own. */
export class CountingAuthorizationProvider extends ForwardingAuthorizationProvider {
  constructor(
    inner: AuthorizationProvider,
    private readonly observer: EngineCallObserver,
  ) {
    super(inner);
  }

  override check(request: CheckRequest, consistency: Consistency, options?: CallOptions): Promise<CheckAnswer> {
    this.observer.called('check', 1);
    return super.check(request, consistency, options);
  }

  override checkBulk(requests: readonly CheckRequest[], consistency: Consistency, options?: CallOptions): Promise<BulkCheckAnswer> {
    this.observer.called('check_bulk', requests.length);
    return super.checkBulk(requests, consistency, options);
  }

  /** Counted when the reading begins, once, however many pages it takes. */
  override async *read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship> {
    this.observer.called('read', 1);
    yield* super.read(filter, consistency);
  }

  override write(
    updates: readonly RelationshipUpdate[],
    preconditions?: readonly Precondition[],
    options?: CallOptions,
  ): Promise<GraphToken> {
    this.observer.called('write', updates.length);
    return super.write(updates, preconditions, options);
  }
}

/** The plainest observer: the calls since the last reset, in order. */
export class EngineCallLog extends EngineCallObserver {
  private readonly seen: { readonly call: EngineCall; readonly items: number }[] = [];

  override called(call: EngineCall, items: number): void {
    this.seen.push({ call, items });
  }

  get calls(): readonly EngineCall[] {
    return this.seen.map(({ call }) => call);
  }

  /** Questions or updates in each. */
  get items(): readonly number[] {
    return this.seen.map(({ items }) => items);
  }

  reset(): void {
    this.seen.length = 0;
  }
}
