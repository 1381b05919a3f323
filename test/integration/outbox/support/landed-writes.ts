import {
  ForwardingAuthorizationProvider,
  relationshipKey,
  type AuthorizationProvider,
  type GraphToken,
  type Precondition,
  type RelationshipUpdate,
} from '#authorization';

/** What a worker wrote to the engine and got through with, markers aside: they decide about nobody's access. */
export class LandedWrites {
  readonly edges: string[] = [];

  readonly through = (graph: AuthorizationProvider): AuthorizationProvider => new ListeningGraph(graph, this.edges);

  forget(): void {
    this.edges.length = 0;
  }
}

class ListeningGraph extends ForwardingAuthorizationProvider {
  constructor(
    inner: AuthorizationProvider,
    private readonly edges: string[],
  ) {
    super(inner);
  }

  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    const token = await super.write(updates, preconditions);
    for (const { operation, relationship } of updates) {
      if (relationship.resource.type !== 'projection_shard') this.edges.push(`${operation} ${relationshipKey(relationship)}`);
    }
    return token;
  }
}
