import { relationshipKey, type AuthorizationProvider, type ObjectRef, type Relationship } from '#authorization';
import type { GraphMapping } from '../projection/graph-mapping.ts';
import type { Drift } from './drift.ts';
import { objectKey, type DriftVocabulary } from './drift-vocabulary.ts';
import { GraphSight } from './graph-sight.ts';
import { nameDrift } from './name-drift.ts';
import type { Patience } from './patience.ts';
import type { SettledLook, SettledRows } from './settled-rows.ts';

export interface ConfirmPorts {
  readonly rows: SettledRows;
  readonly graph: AuthorizationProvider;
  readonly mapping: GraphMapping;
  readonly words: DriftVocabulary;
}

export interface Confirmed {
  readonly drifts: readonly Drift[];
  /** Edges that differed, and of which nothing could be said: their tenant was never at rest. */
  readonly unsettled: number;
}

/** Edges looked at in one snapshot. */
const atOnce = 100;

/**
 * Tells drift from what is on its way. An edge of a tenant counts when rows and graph differ at a moment that is the same for
 * both: in one snapshot no event of the tenant waits, and the graph is read at a revision at which the tenant's shard still
 * names the batch that is on record in that snapshot. All of the tenant's events are then in both, and nothing later is in either.
 */
export class DriftConfirmation {
  constructor(
    private readonly ports: ConfirmPorts,
    private readonly patience: Patience,
  ) {}

  async confirm(candidates: readonly Relationship[]): Promise<Confirmed> {
    const { byTenant, unowned } = await this.sort(candidates);
    const drifts: Drift[] = [];
    let unsettled = 0;
    const without = [...unowned];
    for (const [tenantId, edges] of byTenant) {
      for (let from = 0; from < edges.length; from += atOnce) {
        const some = edges.slice(from, from + atOnce);
        const seen = await this.patience.until(() => this.look(tenantId, some));
        if (seen === null) unsettled += some.length;
        else drifts.push(...seen.drifts);
        without.push(...(seen?.unowned ?? []));
      }
    }
    const strays = await this.strays(without);
    return { drifts: [...drifts, ...strays.drifts], unsettled: unsettled + strays.unsettled };
  }

  private async sort(candidates: readonly Relationship[]) {
    const { rows, words } = this.ports;
    const owners = await rows.read((snapshot) =>
      words.ownersOf(
        snapshot,
        candidates.map(({ resource }) => resource),
      ),
    );
    const byTenant = new Map<string | null, Relationship[]>();
    const unowned: Relationship[] = [];
    for (const edge of candidates) {
      const tenantId = owners.get(objectKey(edge.resource));
      if (tenantId === undefined) {
        unowned.push(edge);
        continue;
      }
      const others = byTenant.get(tenantId);
      if (others === undefined) byTenant.set(tenantId, [edge]);
      else others.push(edge);
    }
    return { byTenant, unowned };
  }

  private look(tenantId: string | null, edges: readonly Relationship[]) {
    return this.ports.rows.betweenEvents(tenantId, async (look) => {
      const sight = await GraphSight.of(this.ports.graph, look.epoch);
      if ((await sight.markerOf(look.shard)) !== look.marker) return null;
      return this.compare(look, sight, edges);
    });
  }

  private async compare(look: SettledLook, sight: GraphSight, edges: readonly Relationship[]) {
    const { mapping, words } = this.ports;
    const asked = [...edges, ...edges.flatMap((edge) => words.rolesBeside(edge) ?? [])];
    const [byRows, owners, inGraph] = await Promise.all([
      mapping.existing(look.rows, asked),
      words.ownersOf(look.rows, edges.flatMap(bothEnds)),
      sight.holding(asked),
    ]);
    const known = edges.filter(({ resource }) => owners.has(objectKey(resource)));
    const named = known.map((edge) => nameDrift(edge, { byRows, inGraph, owners, now: look.now }, words));
    return {
      drifts: named.filter((drift) => drift !== null),
      unowned: edges.filter(({ resource }) => !owners.has(objectKey(resource))),
    };
  }

  /**
   * An edge of something that has no row. Ids are never used twice, so it has none any more: when the edge is still there after all
   * that waited when the row was missed, nothing will take it away.
   */
  private async strays(edges: readonly Relationship[]): Promise<Confirmed> {
    if (edges.length === 0) return { drifts: [], unsettled: 0 };
    const { rows, words, graph } = this.ports;
    const gone = await rows.atWaterline(async ({ rows: snapshot, position, now }) => {
      const owners = await words.ownersOf(snapshot, edges.flatMap(bothEnds));
      return { owners, position, now, edges: edges.filter(({ resource }) => !owners.has(objectKey(resource))) };
    });
    const { position } = gone;
    const past = position === null ? true : await this.patience.until(async () => ((await rows.isPast(position)) ? true : null));
    const epoch = await rows.epoch();
    if (past === null || epoch === null) return { drifts: [], unsettled: gone.edges.length };
    const inGraph = await (await GraphSight.of(graph, epoch)).holding(gone.edges);
    const sight = { byRows: new Map<string, Relationship>(), inGraph, owners: gone.owners, now: gone.now };
    const there = gone.edges.filter((edge) => inGraph.has(relationshipKey(edge)));
    return { drifts: there.map((edge) => nameDrift(edge, sight, words)).filter((drift) => drift !== null), unsettled: 0 };
  }
}

const bothEnds = ({ resource, subject }: Relationship): ObjectRef[] => [resource, subject];
