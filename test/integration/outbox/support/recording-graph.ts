import { relationshipKey, type AuthorizationProvider, type GraphToken, type Precondition, type RelationshipUpdate } from '#authorization';
import { PassingGraph } from './passing-graph.ts';

/** Keeps, for each edge, what was written to it in turn: true for a touch, false for a delete. */
export class RecordingGraph extends PassingGraph {
  constructor(
    inner: AuthorizationProvider,
    private readonly histories: Map<string, boolean[]>,
  ) {
    super(inner);
  }

  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    const token = await super.write(updates, preconditions);
    for (const { operation, relationship } of updates) note(this.histories, relationshipKey(relationship), operation === 'touch');
    return token;
  }
}

/** How often an edge came and went: repetitions say nothing new, and before its first coming it was absent. */
export function note(histories: Map<string, boolean[]>, edge: string, present: boolean): void {
  const history = histories.get(edge) ?? [];
  if (present !== (history.at(-1) ?? false)) history.push(present);
  histories.set(edge, history);
}
