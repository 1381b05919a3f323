import { GraphNotCurrent, type Relationship } from '#authorization';
import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises';
import { TenantGraph, WholeGraph, type BothSides, type SidesPorts } from './both-sides.ts';
import { DriftConfirmation, type ConfirmPorts } from './confirm-drift.ts';
import type { Drift } from './drift.ts';
import { EdgeDifference } from './edge-difference.ts';
import { EdgeDigest, slotOf, type Side } from './edge-digest.ts';
import { GraphSight } from './graph-sight.ts';
import { strays } from './strays.ts';
import { defaultPatience, Patience, type PatienceLimits } from './patience.ts';

/** All there is; one tenant's part; or what no tenant's part holds: the platform's own, and what lies on nothing that has a row. */
export type VerifyScope = { readonly kind: 'all' } | { readonly kind: 'tenant'; readonly tenantId: string } | { readonly kind: 'unowned' };

export interface Tally {
  graph: number;
  rows: number;
  unsettled: number;
  /** It stopped early: there is more than was named. */
  truncated: boolean;
}

export interface VerifyRun {
  readonly signal: AbortSignal;
  /** Called now and then: what is under way, and how many edges were looked at. */
  readonly progress: (step: string, edges: number) => Promise<void>;
  readonly patience?: PatienceLimits;
  /** Rest four times as long as each few readings took: nobody waits for the outcome, and somebody may want the engines. Of tenants only. */
  readonly gently?: boolean;
  /** Differences that are judged at most, or some 2,000 more; default: `mostJudged`. */
  readonly most?: number;
  /** Filled on the way. */
  readonly tally: Tally;
}

export const newTally = (): Tally => ({ graph: 0, rows: 0, unsettled: 0, truncated: false });

/** Both sides, and what their digest says of them. */
interface Compared {
  readonly sides: BothSides;
  readonly epoch: string;
  readonly sight: GraphSight;
  readonly digest: EdgeDigest;
}

export type VerifyPorts = ConfirmPorts & SidesPorts;

/** Edges of both sides in memory at most, while the slots that differ are compared exactly: some 60 MB. */
const edgesAtOnce = 200_000;

/** Edges that may have drifted, confirmed together. */
const candidatesAtOnce = 2_000;

/**
 * A graph that is wholly another one would be read once more for each 200,000 edges, and each edge of it judged at a moment of rest. Whoever
 * reads of so many knows enough.
 */
export const mostJudged = 10_000;

const beat = 10_000;

/**
 * Compares the graph at one revision with f(rows) and names each difference. First a digest of both, of constant size; then, exactly,
 * the slots in which they differ; then each difference once more, at a moment when nothing of its tenant is under way. Beyond a bound it stops.
 */
export class DriftVerification {
  constructor(private readonly ports: VerifyPorts) {}

  /** Throws `GraphNotCurrent` while the graph is not complete, and the reason of the signal. */
  async *drifts(scope: VerifyScope, run: VerifyRun): AsyncGenerator<Drift, void> {
    const sides = this.sidesOf(scope, run);
    const epoch = await this.ports.rows.epoch();
    if (epoch === null) throw new GraphNotCurrent(null);
    const digest = new EdgeDigest();
    const sight = await GraphSight.of(this.ports.graph, epoch);
    await this.stream(sides, sight, run, 'comparing', (side, edge) => digest.add(side, edge));
    run.tally.graph = digest.counts.graph;
    run.tally.rows = digest.counts.rows;
    const confirmation = this.confirmation(run);
    const most = run.most ?? mostJudged;
    let judged = 0;
    for await (const some of this.suspects({ sides, epoch, sight, digest }, scope, run)) {
      run.tally.truncated = judged >= most;
      if (run.tally.truncated) return;
      const { drifts, unsettled } = await confirmation.confirm(some);
      run.tally.unsettled += unsettled;
      judged += drifts.length + unsettled;
      yield* drifts;
    }
  }

  private async *suspects({ sides, epoch, sight, digest }: Compared, scope: VerifyScope, run: VerifyRun) {
    for (const slots of digest.differing(edgesAtOnce)) yield* this.candidates(sides, epoch, slots, run);
    if (scope.kind === 'unowned') yield* strays(this.ports, sight, run.signal);
  }

  /** Says of edges which are not as the rows say, each at a moment of rest. Its patience is for all that it is asked. */
  confirmation(run: Pick<VerifyRun, 'signal' | 'patience'>): DriftConfirmation {
    return new DriftConfirmation(this.ports, new Patience(run.patience ?? defaultPatience, run.signal));
  }

  private sidesOf(scope: VerifyScope, { gently, signal }: VerifyRun): BothSides {
    if (scope.kind === 'all') return new WholeGraph(this.ports);
    const rest = (milliseconds: number) => pause(milliseconds * 4, undefined, { signal });
    return new TenantGraph(this.ports, scope.kind === 'tenant' ? scope.tenantId : null, gently === true ? rest : undefined);
  }

  private async *candidates(sides: BothSides, epoch: string, slots: ReadonlySet<number>, run: VerifyRun) {
    const difference = new EdgeDifference();
    const sight = await GraphSight.of(this.ports.graph, epoch);
    await this.stream(sides, sight, run, 'naming differences', (side, edge) => {
      if (!slots.has(slotOf(edge))) return;
      if (side === 'graph') difference.inGraph(edge);
      else difference.inRows(edge);
    });
    const edges = difference.edges;
    for (let from = 0; from < edges.length; from += candidatesAtOnce) yield edges.slice(from, from + candidatesAtOnce);
  }

  private async stream(sides: BothSides, sight: GraphSight, run: VerifyRun, step: string, use: (side: Side, edge: Relationship) => void) {
    let edges = 0;
    const take = async (side: Side, stream: AsyncIterable<Relationship>) => {
      for await (const edge of stream) {
        use(side, edge);
        edges += 1;
        if (edges % beat > 0) continue;
        run.signal.throwIfAborted();
        await run.progress(step, edges);
        await breathe(); // whoever else works in this process has a turn
      }
    };
    await take('graph', sides.graph(sight));
    await take('rows', sides.rows());
  }
}
