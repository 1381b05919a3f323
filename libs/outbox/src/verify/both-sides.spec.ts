import { relationshipKey } from '#authorization';
import { describe, expect, it } from 'vitest';
import { epochEdge } from '../projection/marker.ts';
import { CountingGraph, memberOf } from '../testing/counting-graph.ts';
import { TenantGraph, type SidesPorts } from './both-sides.ts';
import { GraphSight } from './graph-sight.ts';

const epoch = '01M7YM9MD7S91KTNDG4PRG8D7X';
const sizes = { large: 12_345, exact: 2_000, small: 7, empty: 0 };
const objects = Object.keys(sizes).map((id) => ({ type: 'tenant', id }));

/** Of the ports, what is asked when the graph's side is read. */
const ports = {
  rows: { read: (use: (rows: never) => unknown) => use(undefined as never) },
  words: { objectsOf: () => Promise.resolve({ objects, next: null }) },
} as unknown as Omit<SidesPorts, 'types'>;

async function heldGraph(): Promise<CountingGraph> {
  const graph = new CountingGraph();
  await graph.write([{ operation: 'touch', relationship: epochEdge(epoch) }]);
  for (const [tenant, count] of Object.entries(sizes)) await graph.hold(tenant, count);
  return graph;
}

describe('P-9 the graph of one tenant', () => {
  it('P-9 is read whole, each edge once, and never much further than it was compared, however large one object is', async () => {
    const graph = await heldGraph();
    const [seen, ahead]: [string[], number[]] = [[], []];
    for await (const found of new TenantGraph(ports, 'large').graph(await GraphSight.of(graph, epoch))) {
      ahead.push(graph.edgesRead - seen.length);
      seen.push(relationshipKey(found));
    }
    const held = Object.entries(sizes).flatMap(([id, count]) =>
      Array.from({ length: count }, (_, nth) => relationshipKey(memberOf(id, nth))),
    );
    expect(seen.sort()).toEqual(held.sort());
    expect(Math.max(...ahead)).toBeLessThan(objects.length * 1_000);
  });

  it('P-9 rests after each part of a large object, told how long it took', async () => {
    const graph = await heldGraph();
    const rests: number[] = [];
    const rest = (milliseconds: number) => Promise.resolve(void rests.push(milliseconds));
    let edges = 0;
    for await (const _ of new TenantGraph(ports, 'large', rest).graph(await GraphSight.of(graph, epoch))) edges += 1;
    expect(edges).toBe(14_352);
    expect(rests.length).toBeGreaterThanOrEqual(13);
    expect(Math.min(...rests)).toBeGreaterThanOrEqual(0);
  });
});
