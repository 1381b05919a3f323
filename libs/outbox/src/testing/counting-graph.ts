import type { Consistency, Relationship, RelationshipFilter } from '#authorization';
import { edge, FakeAuthorizationProvider } from '#authorization/testing';
import { epochEdge } from '../projection/marker.ts';

/** Of the graph that `CountingGraph.complete` gives. */
export const heldEpoch = '01M7YM9MD7S91KTNDG4PRG8D7X';

/** Counts what is read of it. */
export class CountingGraph extends FakeAuthorizationProvider {
  edgesRead = 0;
  readings = 0;
  /** To their end, or given up. */
  readingsEnded = 0;

  /** Of an epoch, and nothing else in it. */
  static async complete(): Promise<CountingGraph> {
    const graph = new CountingGraph();
    await graph.write([{ operation: 'touch', relationship: epochEdge(heldEpoch) }]);
    return graph;
  }

  override async *read(filter: RelationshipFilter, consistency: Consistency): AsyncIterable<Relationship> {
    this.readings += 1;
    try {
      for await (const found of super.read(filter, consistency)) {
        this.edgesRead += 1;
        yield found;
      }
    } finally {
      this.readingsEnded += 1;
    }
  }

  /** So many members of the tenant, as `memberOf` names them. */
  async hold(tenant: string, count: number): Promise<void> {
    for (let from = 0; from < count; from += 500) {
      const some = Array.from({ length: Math.min(500, count - from) }, (_, nth) => memberOf(tenant, from + nth));
      await this.write(some.map((relationship) => ({ operation: 'touch', relationship })));
    }
  }
}

export const memberOf = (tenant: string, nth: number): Relationship => edge(`tenant:${tenant}#member@user:${nth}`);
