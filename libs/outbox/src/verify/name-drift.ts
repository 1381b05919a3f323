import { relationshipKey, type ObjectRef, type Relationship } from '#authorization';
import { takesAway, type Drift, type DriftKind } from './drift.ts';
import { objectKey, type DriftVocabulary } from './drift-vocabulary.ts';

/** An edge is about to end by itself: whether it still counts is for two clocks to say, and the engine's cache. */
const endsByItselfMs = 5_000;

/** What rows and graph said of some edges, and of those beside them, at one moment. By `relationshipKey`. */
export interface Sight {
  readonly byRows: ReadonlyMap<string, Relationship>;
  readonly inGraph: ReadonlyMap<string, Relationship>;
  /** By `objectKey`; what has no rows is not there. */
  readonly owners: ReadonlyMap<string, string | null>;
  readonly now: Date;
}

type Words = Pick<DriftVocabulary, 'couldExist' | 'rolesBeside'>;

/** The name of the difference, or null when there is none. Pure. */
export function nameDrift(edge: Relationship, sight: Sight, words: Words): Drift | null {
  const key = relationshipKey(edge);
  const [byRows, inGraph] = [lasting(sight.byRows.get(key), sight.now), lasting(sight.inGraph.get(key), sight.now)];
  if (agree(byRows, inGraph) || endsMeanwhile(sight, key)) return null;
  const kind = kindOf(edge, byRows, inGraph, sight, words);
  const [expected, found] =
    kind === 'wrong_role'
      ? [roleWords(edge, sight.byRows, words), roleWords(edge, sight.inGraph, words)]
      : [presence(byRows), presence(inGraph)];
  return {
    kind,
    relationship: byRows ?? inGraph ?? edge,
    tenantId: sight.owners.get(objectKey(edge.resource)) ?? null,
    expected,
    found,
    surplus: byRows === undefined,
    revoking: takesAway(byRows, inGraph),
  };
}

const lasting = (edge: Relationship | undefined, now: Date) =>
  edge?.expiresAt !== undefined && edge.expiresAt.getTime() <= now.getTime() ? undefined : edge;

const agree = (one: Relationship | undefined, other: Relationship | undefined): boolean =>
  (one === undefined) === (other === undefined) && one?.expiresAt?.getTime() === other?.expiresAt?.getTime();

/** One side has it no more, and the other ends it within moments. */
function endsMeanwhile({ byRows, inGraph, now }: Sight, key: string): boolean {
  const sides = [byRows.get(key), inGraph.get(key)].filter((edge) => edge !== undefined);
  return sides.every(({ expiresAt }) => expiresAt !== undefined && expiresAt.getTime() <= now.getTime() + endsByItselfMs);
}

function kindOf(
  edge: Relationship,
  byRows: Relationship | undefined,
  inGraph: Relationship | undefined,
  sight: Sight,
  words: Words,
): DriftKind {
  if (byRows !== undefined && inGraph !== undefined) return 'wrong_expiry';
  if (inGraph !== undefined) {
    if (!words.couldExist(edge)) return 'foreign';
    if (!sight.owners.has(objectKey(edge.resource))) return 'orphan';
    if (crossesTenants(edge, sight)) return 'foreign';
  }
  const [stated, held] = [highest(edge, sight.byRows, words), highest(edge, sight.inGraph, words)];
  if (stated !== undefined && held !== undefined && stated !== held) return 'wrong_role';
  return inGraph === undefined ? 'missing' : 'extra';
}

function crossesTenants({ resource, subject }: Relationship, { owners }: Sight): boolean {
  const [own, other] = [ownerOf(resource, owners), ownerOf(subject, owners)];
  return own !== undefined && other !== undefined && own !== null && other !== null && own !== other;
}

const ownerOf = (object: ObjectRef, owners: Sight['owners']) => owners.get(objectKey(object));

/** The highest role of those beside the edge, its own included. */
function highest(edge: Relationship, side: Sight['byRows'], words: Words): string | undefined {
  return words.rolesBeside(edge)?.find((beside) => side.has(relationshipKey(beside)))?.relation;
}

const roleWords = (edge: Relationship, side: Sight['byRows'], words: Words) => `role ${highest(edge, side, words) ?? 'none'}`;

function presence(edge: Relationship | undefined): string {
  if (edge === undefined) return 'absent';
  return edge.expiresAt === undefined ? 'present' : `present until ${edge.expiresAt.toISOString()}`;
}
