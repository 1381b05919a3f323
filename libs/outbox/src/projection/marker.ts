import type { Precondition, Relationship, RelationshipUpdate } from '#authorization';

/**
 * Names the last batch written to a shard: `<epoch>-<seq>-<nonce>`. Every batch moves it in the same write, behind the
 * precondition that it still names the batch before: a compare-and-swap inside the engine. Whoever lost the swap has
 * lost the shard, whatever its lease says.
 */
export interface Marker {
  readonly epoch: string;
  readonly seq: bigint;
  /** Random: two holders never write the same name. */
  readonly nonce: string;
}

export const formatMarker = ({ epoch, seq, nonce }: Marker): string => `${epoch}-${seq}-${nonce}`;

export function parseMarker(text: string): Marker | null {
  const [, epoch, seq, nonce] = /^([0-9A-Z]{26})-(\d{1,19})-([0-9A-Za-z]+)$/.exec(text) ?? [];
  return epoch === undefined || seq === undefined || nonce === undefined ? null : { epoch, seq: BigInt(seq), nonce };
}

const edge = (shard: number, marker: string): Relationship => ({
  resource: { type: 'projection_shard', id: String(shard) },
  relation: 'marker',
  subject: { type: 'projection_batch', id: marker },
});

export const markerFilter = (shard: number) => ({ resourceType: 'projection_shard', resourceId: String(shard), relation: 'marker' });

/** Every shard's marker, in one reading. */
export const allMarkers = { resourceType: 'projection_shard', relation: 'marker' };

/** "This shard has a marker": a graph that was lost has none. */
export const isMarked = (shard: number): Precondition => ({ operation: 'must_match', filter: markerFilter(shard) });

/** The two updates that move the marker. */
export function moveMarker(shard: number, from: string | null, to: string): RelationshipUpdate[] {
  const arrive: RelationshipUpdate = { operation: 'touch', relationship: edge(shard, to) };
  return from === null ? [arrive] : [{ operation: 'delete', relationship: edge(shard, from) }, arrive];
}

/** "Nobody else has written to this shard since." */
export function stillAt(shard: number, marker: string | null): Precondition {
  if (marker === null) return { operation: 'must_not_match', filter: markerFilter(shard) };
  return {
    operation: 'must_match',
    filter: { ...markerFilter(shard), subjectType: 'projection_batch', subjectId: marker, subjectRelation: '' },
  };
}

/** The edge that says which epoch of the graph is complete. Written last when an empty graph is rebuilt. */
export const epochEdge = (epoch: string): Relationship => ({
  resource: { type: 'projection_epoch', id: epoch },
  relation: 'current',
  subject: { type: 'projection_probe', id: 'probe' },
});
