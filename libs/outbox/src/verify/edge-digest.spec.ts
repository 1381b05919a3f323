import { relationshipKey, type Relationship } from '#authorization';
import { edge } from '#authorization/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EdgeDifference } from './edge-difference.ts';
import { EdgeDigest, slotOf } from './edge-digest.ts';

const ends = [undefined, new Date(1_800_000_000_000), new Date(1_800_000_000_001), new Date(4_000_000_000_000)];
const anEdge = fc
  .record({ w: fc.nat(30), u: fc.nat(30), relation: fc.constantFrom('viewer', 'member'), end: fc.constantFrom(...ends) })
  .map(({ w, u, relation, end }) => edge(`workspace:w${w}#${relation}@user:u${u}`, end));
const someEdges = fc.uniqueArray(anEdge, { selector: relationshipKey, maxLength: 60 });

const text = (some: Relationship) => `${relationshipKey(some)} ${some.expiresAt?.getTime()}`;

/** As verifying does it: digest both, then compare exactly what is in the slots that differ. */
function difference(graph: readonly Relationship[], rows: readonly Relationship[], atOnce: number): string[] {
  const digest = new EdgeDigest();
  for (const one of graph) digest.add('graph', one);
  for (const one of rows) digest.add('rows', one);
  return digest
    .differing(atOnce)
    .flatMap((slots) => {
      const exact = new EdgeDifference();
      for (const one of graph.filter((some) => slots.has(slotOf(some)))) exact.inGraph(one);
      for (const one of rows.filter((some) => slots.has(slotOf(some)))) exact.inRows(one);
      return exact.edges.map(relationshipKey);
    })
    .sort();
}

function naive(graph: readonly Relationship[], rows: readonly Relationship[]): string[] {
  const [held, stated] = [new Set(graph.map(text)), new Set(rows.map(text))];
  const apart = [...graph.filter((one) => !stated.has(text(one))), ...rows.filter((one) => !held.has(text(one)))];
  return [...new Set(apart.map(relationshipKey))].sort();
}

describe('the digest of two sets of edges', () => {
  it('P-9 leads to exactly the edges in which any two sets differ, in whatever order they come', () => {
    fc.assert(
      fc.property(someEdges, someEdges, fc.constantFrom(1, 10, 1_000), (one, other, atOnce) => {
        expect(difference(one, other, atOnce)).toEqual(naive(one, other));
        expect(difference(one, [...one].reverse(), atOnce)).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('spreads the edges of one object over all slots, and keeps one edge in one slot whatever its end', () => {
    const members = Array.from({ length: 50_000 }, (_, nth) => edge(`tenant:t#member@user:01JD8M3T5W${String(nth).padStart(16, '0')}`));
    expect(new Set(members.map(slotOf)).size).toBeGreaterThan(30_000);
    const once = edge('tenant:t#member@user:u');
    expect(slotOf({ ...once, expiresAt: new Date() })).toBe(slotOf(once));
  });

  it('puts into a group no more edges than are to be in memory, unless one slot holds more', () => {
    const digest = new EdgeDigest();
    for (let nth = 0; nth < 500; nth += 1) digest.add('graph', edge(`group:g#member@user:u${nth}`));
    const groups = digest.differing(50);
    expect(groups.length).toBeGreaterThanOrEqual(10);
    expect(groups.reduce((sum, group) => sum + group.size, 0)).toBeGreaterThan(450);
  });
});
