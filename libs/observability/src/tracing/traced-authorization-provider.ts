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
import { failureName, type Tracer } from './tracer.ts';

/** A step for each call of the graph that belongs to a traced request. Calls that nobody asked for leave none. */
export class TracedAuthorizationProvider extends AuthorizationProvider {
  constructor(
    private readonly inner: AuthorizationProvider,
    private readonly tracer: Tracer,
  ) {
    super();
  }

  override check(request: CheckRequest, consistency: Consistency, options?: CallOptions): Promise<CheckAnswer> {
    return this.traced('CheckPermission', 1, consistency, () => this.inner.check(request, consistency, options));
  }

  override checkBulk(requests: readonly CheckRequest[], consistency: Consistency, options?: CallOptions): Promise<BulkCheckAnswer> {
    return this.traced('CheckBulkPermissions', requests.length, consistency, () => this.inner.checkBulk(requests, consistency, options));
  }

  /** Streams last as long as their reader likes: no step of their own. */
  override read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship> {
    return this.inner.read(filter, consistency);
  }

  override write(
    updates: readonly RelationshipUpdate[],
    preconditions?: readonly Precondition[],
    options?: CallOptions,
  ): Promise<GraphToken> {
    return this.traced('WriteRelationships', updates.length, null, () => this.inner.write(updates, preconditions, options));
  }

  private async traced<Answer>(
    method: string,
    items: number,
    consistency: Consistency | null,
    call: () => Promise<Answer>,
  ): Promise<Answer> {
    const parent = this.tracer.current?.traceparent;
    if (parent === undefined) return call();
    const attributes = {
      'rpc.system.name': 'grpc',
      'rpc.method': method,
      'tenantry.graph.items': items,
      ...(consistency === null ? {} : { 'tenantry.graph.consistency': consistency.kind }),
    };
    const span = this.tracer.start(`spicedb ${method}`, { kind: 'client', parent, attributes });
    try {
      return await call();
    } catch (error) {
      span.fail(failureName(error));
      throw error;
    } finally {
      span.end();
    }
  }
}
