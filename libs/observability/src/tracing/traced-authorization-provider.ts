import {
  ForwardingAuthorizationProvider,
  type AuthorizationProvider,
  type BulkCheckAnswer,
  type CallOptions,
  type CheckAnswer,
  type CheckRequest,
  type Consistency,
  type GraphToken,
  type Precondition,
  type RelationshipUpdate,
} from '#authorization';
import { failureName, type Tracer } from './tracer.ts';

/**
 * A step for each call of the graph that belongs to a traced request. Calls that nobody asked for leave none, nor do streams, which last as
 * long as their reader likes.
 */
export class TracedAuthorizationProvider extends ForwardingAuthorizationProvider {
  constructor(
    inner: AuthorizationProvider,
    private readonly tracer: Tracer,
  ) {
    super(inner);
  }

  override check(request: CheckRequest, consistency: Consistency, options?: CallOptions): Promise<CheckAnswer> {
    return this.traced('CheckPermission', 1, consistency, () => super.check(request, consistency, options));
  }

  override checkBulk(requests: readonly CheckRequest[], consistency: Consistency, options?: CallOptions): Promise<BulkCheckAnswer> {
    return this.traced('CheckBulkPermissions', requests.length, consistency, () => super.checkBulk(requests, consistency, options));
  }

  override write(
    updates: readonly RelationshipUpdate[],
    preconditions?: readonly Precondition[],
    options?: CallOptions,
  ): Promise<GraphToken> {
    return this.traced('WriteRelationships', updates.length, null, () => super.write(updates, preconditions, options));
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
