import { GraphSchemaMissing, type AuthorizationProvider } from '#authorization';
import { allMarkers, epochEdge, parseMarker, type Marker } from './marker.ts';
import type { ShardDrain } from './shard-drain.ts';
import type { ShardRegistry } from './shard-registry.ts';

export interface WatchPorts {
  readonly registry: ShardRegistry;
  readonly graph: AuthorizationProvider;
}

/** Notices a graph that was lost, emptied or restored while nothing is being written to it. Two questions a sweep. */
export class GraphWatch {
  constructor(private readonly ports: WatchPorts) {}

  /** A marker that is gone, or behind what this process wrote, is another graph's: taking the shard over finds out how. */
  async markers(held: readonly ShardDrain[]): Promise<void> {
    const holds = held.flatMap(({ holder }) => (holder.current === null ? [] : [{ holder, hold: holder.current }]));
    if (holds.length === 0) return;
    const found = await this.readMarkers();
    for (const { holder, hold } of holds) {
      const marker = found.get(String(holder.shard));
      if (marker === undefined || marker.epoch !== hold.epoch || marker.seq < hold.seq) holder.drop();
    }
  }

  private async readMarkers(): Promise<Map<string, Marker>> {
    const found = new Map<string, Marker>();
    try {
      for await (const { resource, subject } of this.ports.graph.read(allMarkers, { kind: 'fully_consistent' })) {
        const marker = parseMarker(subject.id);
        if (marker !== null) found.set(resource.id, marker);
      }
    } catch (error) {
      if (!(error instanceof GraphSchemaMissing)) throw error; // an engine without the schema holds no marker either
    }
    return found;
  }

  /** Returns whether the graph is complete. One that is, and does not hold its epoch, was lost. */
  async epoch(held: readonly ShardDrain[], shards: readonly number[]): Promise<boolean> {
    const state = await this.ports.registry.state();
    const [first] = held;
    if (state === null) return false;
    if (first === undefined) return state.ready;
    if (state.ready) {
      if (!(await this.graphHolds(state.epoch))) for (const { holder } of held) holder.drop();
    } else if (await this.ports.registry.awaitsCompletion(state.epoch)) {
      first.completeEpoch(state.epoch, shards);
    }
    return state.ready;
  }

  private async graphHolds(epoch: string): Promise<boolean> {
    const { resource, relation, subject } = epochEdge(epoch);
    const answer = await this.ports.graph
      .check({ resource, permission: relation, subject }, { kind: 'fully_consistent' })
      .catch((error: unknown) => {
        if (error instanceof GraphSchemaMissing) return { allowed: false };
        throw error;
      });
    return answer.allowed;
  }
}
