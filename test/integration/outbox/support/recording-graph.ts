import {
  ForwardingAuthorizationProvider,
  relationshipKey,
  type AuthorizationProvider,
  type GraphToken,
  type Precondition,
  type RelationshipUpdate,
} from '#authorization';

/** What an edge was in turn: absent, there, or there until some moment. Before all else it was absent. */
export type Histories = Map<string, string[]>;

export const absent = 'absent';
export const there = (expiresAt: Date | null | undefined): string => (expiresAt ? `until ${expiresAt.toISOString()}` : 'there');

/** Repetitions say nothing new. */
export function note(histories: Histories, edge: string, state: string): void {
  const history = histories.get(edge) ?? [absent];
  if (state !== history.at(-1)) history.push(state);
  histories.set(edge, history);
}

/** Whether all of `some` comes up in `all`, in the same order. */
export function isSubsequence(some: readonly string[], all: readonly string[]): boolean {
  let next = 0;
  for (const state of all) if (state === some[next]) next += 1;
  return next === some.length;
}

/** Keeps what was written to each edge. */
export class RecordingGraph extends ForwardingAuthorizationProvider {
  constructor(
    inner: AuthorizationProvider,
    private readonly histories: Histories,
  ) {
    super(inner);
  }

  override async write(updates: readonly RelationshipUpdate[], preconditions?: readonly Precondition[]): Promise<GraphToken> {
    const token = await super.write(updates, preconditions);
    for (const { operation, relationship } of updates) {
      note(this.histories, relationshipKey(relationship), operation === 'delete' ? absent : there(relationship.expiresAt));
    }
    return token;
  }
}
