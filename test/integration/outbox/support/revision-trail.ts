import {
  ForwardingAuthorizationProvider,
  type AuthorizationProvider,
  type GraphToken,
  type Precondition,
  type RelationshipUpdate,
} from '#authorization';

/** Keeps the revision of every write, so that the engine can be asked afterwards what it would have said then to whoever was served a stale answer. */
export class RevisionTrail {
  readonly revisions: GraphToken[] = [];

  readonly through = (graph: AuthorizationProvider): AuthorizationProvider => new NotingGraph(graph, this.revisions);
}

class NotingGraph extends ForwardingAuthorizationProvider {
  constructor(
    inner: AuthorizationProvider,
    private readonly revisions: GraphToken[],
  ) {
    super(inner);
  }

  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    const token = await super.write(updates, preconditions);
    this.revisions.push(token);
    return token;
  }
}
