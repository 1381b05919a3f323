import type { Consistency, Relationship, RelationshipFilter } from '#authorization';
import { relationshipKey } from '#authorization';
import { edge, FakeAuthorizationProvider } from '#authorization/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { epochEdge } from '../projection/marker.ts';
import { GraphSight } from './graph-sight.ts';

const epoch = '01M7YM9MD7S91KTNDG4PRG8D7X';

class CountingGraph extends FakeAuthorizationProvider {
  edgesRead = 0;
  readings = 0;

  override async *read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship> {
    this.readings += 1;
    for await (const found of super.read(filter, consistency)) {
      this.edgesRead += 1;
      yield found;
    }
  }
}

const member = (nth: number) => edge(`tenant:large#member@user:${nth}`);

let graph: CountingGraph;

beforeEach(async () => {
  graph = new CountingGraph();
  await graph.write([{ operation: 'touch', relationship: epochEdge(epoch) }]);
});

async function hold(count: number): Promise<void> {
  for (let from = 0; from < count; from += 500) {
    const some = Array.from({ length: Math.min(500, count - from) }, (_, nth) => member(from + nth));
    await graph.write(some.map((relationship) => ({ operation: 'touch', relationship })));
  }
}

/** Of a hundred, every second one of which is there. */
async function lookedFor(count: number): Promise<string[]> {
  const asked = Array.from({ length: 100 }, (_, nth) => member(nth % 2 === 0 ? nth : count + nth));
  return [...(await (await GraphSight.of(graph, epoch)).holding(asked)).keys()].sort();
}

const half = Array.from({ length: 50 }, (_, nth) => relationshipKey(member(2 * nth))).sort();

describe('P-9 looking for edges at one revision', () => {
  it('P-9 reads a small resource in one go', async () => {
    await hold(400);
    expect(await lookedFor(400)).toEqual(half);
    expect(graph.readings).toBe(1);
  });

  it('P-9 never reads a large one through: it asks for each subject', async () => {
    await hold(5_000);
    expect(await lookedFor(5_000)).toEqual(half);
    expect(graph.edgesRead).toBeLessThan(2_200);
  });
});
