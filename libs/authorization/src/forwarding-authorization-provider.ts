import {
  AuthorizationProvider,
  type BulkCheckAnswer,
  type CallOptions,
  type CheckAnswer,
  type CheckRequest,
  type Consistency,
  type GraphToken,
} from './authorization-provider.ts';
import type { Precondition, Relationship, RelationshipFilter, RelationshipUpdate } from './relationship.ts';

/** Passes every call on to another provider: for what stands between, and has something to say about one or the other. */
export abstract class ForwardingAuthorizationProvider extends AuthorizationProvider {
  constructor(private readonly inner: AuthorizationProvider) {
    super();
  }

  override check(request: CheckRequest, consistency: Consistency, options?: CallOptions): Promise<CheckAnswer> {
    return this.inner.check(request, consistency, options);
  }

  override checkBulk(requests: readonly CheckRequest[], consistency: Consistency, options?: CallOptions): Promise<BulkCheckAnswer> {
    return this.inner.checkBulk(requests, consistency, options);
  }

  override read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship> {
    return this.inner.read(filter, consistency);
  }

  override write(
    updates: readonly RelationshipUpdate[],
    preconditions?: readonly Precondition[],
    options?: CallOptions,
  ): Promise<GraphToken> {
    return this.inner.write(updates, preconditions, options);
  }
}
