import {
  AuthorizationProvider,
  type BulkCheckAnswer,
  type CallOptions,
  type CheckAnswer,
  type CheckRequest,
  type Consistency,
  type GraphToken,
  type Precondition,
  type Relationship,
  type RelationshipFilter,
  type RelationshipUpdate,
} from '#authorization';

/** Passes everything on: for what stands between a worker and the engine. */
export abstract class PassingGraph extends AuthorizationProvider {
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

  override write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    return this.inner.write(updates, preconditions);
  }
}
