import { relationshipKey } from '#authorization';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CountingGraph, heldEpoch, memberOf } from '../testing/counting-graph.ts';
import { TenantGraph, type SidesPorts } from './both-sides.ts';
import { GraphSight } from './graph-sight.ts';

const sizes = { large: 12_345, exact: 2_000, small: 7, empty: 0 };
const objects = Object.keys(sizes).map((id) => ({ type: 'tenant', id }));

/** Of the ports, what is asked when the graph's side is read. */
const ports = {
  rows: { read: (use: (rows: never) => unknown) => use(undefined as never) },
  words: { objectsOf: () => Promise.resolve({ objects, next: null }) },
} as unknown as Omit<SidesPorts, 'types'>;

async function heldGraph(): Promise<CountingGraph> {
  const graph = await CountingGraph.complete();
  for (const [tenant, count] of Object.entries(sizes)) await graph.hold(tenant, count);
  return graph;
}

describe('P-9 the graph of one tenant', () => {
  afterEach(() => vi.restoreAllMocks());

  it('P-9 is read whole, each edge once, and never much further than it was compared, however large one object is', async () => {
    const graph = await heldGraph();
    const [seen, ahead]: [string[], number[]] = [[], []];
    for await (const found of new TenantGraph(ports, 'large').graph(await GraphSight.of(graph, heldEpoch))) {
      ahead.push(graph.edgesRead - seen.length);
      seen.push(relationshipKey(found));
    }
    const held = Object.entries(sizes).flatMap(([id, count]) =>
      Array.from({ length: count }, (_, nth) => relationshipKey(memberOf(id, nth))),
    );
    expect(seen.sort()).toEqual(held.sort());
    expect(Math.max(...ahead)).toBeLessThan(objects.length * 1_000);
  });

  it('P-9 rests after each part of a large object for as long as it is told to, told how long the reading took', async () => {
    const graph = await heldGraph();
    vi.spyOn(performance, 'now').mockImplementation(() => graph.edgesRead); // a clock that goes on by what is read
    const rests: number[] = [];
    const rest = async (milliseconds: number) => {
      const before = graph.edgesRead;
      for (let turn = 0; turn < 1_000; turn += 1) await Promise.resolve(); // whoever read on would have time to
      expect(graph.edgesRead).toBe(before);
      rests.push(milliseconds);
    };
    for await (const _ of new TenantGraph(ports, 'large', rest).graph(await GraphSight.of(graph, heldEpoch)));
    // The first of all four; the rest of the large one; of the exact one, and that it ended.
    expect(rests).toEqual([2_007, ...Array.from({ length: 11 }, () => 1_000), 345, 1_000, 0]);
  });

  it('P-9 ends the readings under way when it is left early', async () => {
    const graph = await heldGraph();
    for await (const _ of new TenantGraph(ports, 'large').graph(await GraphSight.of(graph, heldEpoch))) break;
    expect(graph.readingsEnded).toBe(graph.readings);
  });
});
