import { relationshipKey, type Relationship } from '#authorization';
import { isOpeningWhenPresent } from '../projection/graph-mapping.ts';

/** In the order in which they are asked: the first that fits is the name. docs/glossary.md says what each means. */
export const DRIFT_KINDS = ['wrong_expiry', 'foreign', 'orphan', 'wrong_role', 'extra', 'missing'] as const;
export type DriftKind = (typeof DRIFT_KINDS)[number];

/** One edge that is not as the rows say. */
export interface Drift {
  readonly kind: DriftKind;
  /** The edge; of before and after, only the expiry differs. */
  readonly relationship: Relationship;
  /** Whose it is by the rows of its resource; null: the platform's, or nobody's. */
  readonly tenantId: string | null;
  readonly expected: string;
  readonly found: string;
  /** It is to go. */
  readonly surplus: boolean;
  /** Putting it right takes access from somebody. */
  readonly revoking: boolean;
}

/** A drift as it is stored and shown. */
export type Finding = {
  readonly kind: DriftKind;
  readonly relationship: string;
  readonly tenant_id: string | null;
  readonly expected: string;
  readonly found: string;
};

export const findingOf = ({ kind, relationship, tenantId, expected, found }: Drift): Finding => ({
  kind,
  relationship: relationshipKey(relationship),
  tenant_id: tenantId,
  expected,
  found,
});

export type DriftCounts = Readonly<Record<DriftKind, number>>;

export const noDrift: DriftCounts = { missing: 0, extra: 0, wrong_role: 0, wrong_expiry: 0, orphan: 0, foreign: 0 };

export const totalOf = (counts: DriftCounts): number => DRIFT_KINDS.reduce((sum, kind) => sum + counts[kind], 0);

/** Whether making the edge what the rows say takes access away: an edge that grants goes or ends sooner, one that limits comes. */
export function takesAway(byRows: Relationship | undefined, inGraph: Relationship | undefined): boolean {
  const edge = byRows ?? inGraph;
  if (edge === undefined) return false;
  if (!isOpeningWhenPresent(edge)) return byRows !== undefined;
  return byRows === undefined || (inGraph !== undefined && endOf(byRows) < endOf(inGraph));
}

const endOf = ({ expiresAt }: Relationship): number => expiresAt?.getTime() ?? Infinity;
