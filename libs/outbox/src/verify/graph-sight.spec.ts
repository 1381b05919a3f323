import { relationshipKey } from '#authorization';
import { beforeEach, describe, expect, it } from 'vitest';
import { CountingGraph, heldEpoch, memberOf } from '../testing/counting-graph.ts';
import { GraphSight } from './graph-sight.ts';

let graph: CountingGraph;

beforeEach(async () => {
  graph = await CountingGraph.complete();
});

/** Of a hundred, every second one of which is there. */
async function lookedFor(count: number): Promise<string[]> {
  const asked = Array.from({ length: 100 }, (_, nth) => memberOf('large', nth % 2 === 0 ? nth : count + nth));
  return [...(await (await GraphSight.of(graph, heldEpoch)).holding(asked)).keys()].sort();
}

const half = Array.from({ length: 50 }, (_, nth) => relationshipKey(memberOf('large', 2 * nth))).sort();

describe('P-9 looking for edges at one revision', () => {
  it('P-9 reads a small resource in one go', async () => {
    await graph.hold('large', 400);
    expect(await lookedFor(400)).toEqual(half);
    expect(graph.readings).toBe(1);
  });

  it('P-9 never reads a large one through: it asks for each subject', async () => {
    await graph.hold('large', 5_000);
    expect(await lookedFor(5_000)).toEqual(half);
    expect(graph.edgesRead).toBeLessThan(2_200);
  });
});
