import type { FailPoints } from '#database';
import { ExecutionContext, platformScope, type Clock, type UnitOfWork } from '#kernel';
import { Patience } from '../verify/patience.ts';
import { newTally, type DriftVerification, type Tally, type VerifyScope } from '../verify/drift-verification.ts';
import type { Drift } from '../verify/drift.ts';
import type { SettledRows } from '../verify/settled-rows.ts';
import { PruneCapExceeded, TooMuchDrift } from './errors.ts';
import { Suspicion, suspectsPerEvent } from './suspected-relationships.ts';

export interface RepairPorts {
  readonly verification: DriftVerification;
  readonly rows: SettledRows;
  readonly unitOfWork: UnitOfWork;
  readonly clock: Clock;
  readonly failPoints: FailPoints;
}

export interface RepairRun {
  /** Names the repair in the log. */
  readonly id: string;
  readonly scope: VerifyScope;
  readonly dryRun: boolean;
  /** The most edges that may go; null: 1,000, or a twentieth of the graph when that is more. */
  readonly pruneCap: number | null;
  readonly signal: AbortSignal;
  readonly progress: (step: string, done: number, total: number | null) => Promise<void>;
  /** After each event that was committed. */
  readonly written: (drifts: readonly Drift[]) => Promise<void>;
}

export interface RepairOutcome {
  readonly tally: Tally;
  readonly drifts: readonly Drift[];
  readonly toGo: number;
  readonly pruneCap: number;
  /** Of the edges that were handed over, those that still differ. */
  readonly left: readonly Drift[];
  /** Of the edges that were handed over, those about which nothing can be said yet: their shard stands still, or is behind. */
  readonly notApplied: number;
}

/** Drifts kept in memory: some 60 MB. */
const mostDrifts = 100_000;

const smallestCap = 1_000;
const capShare = 0.05;

/** How long what was handed over may take to be applied before the repair says that it is still under way. */
const patience = { each: 60_000, total: 60_000 };

const touchedAtOnce = 2_000;

/**
 * Puts right what verifying finds. It never writes to the graph: it commits events that name the edges, and the holders of the shards decide about
 * each by its rows, behind their fence and their gate. Twice is as good as once; after a crash it verifies anew, and what was applied is not found.
 */
export class DriftRepair {
  constructor(private readonly ports: RepairPorts) {}

  /** Throws `PruneCapExceeded` and `TooMuchDrift`, with nothing changed. */
  async run(run: RepairRun): Promise<RepairOutcome> {
    const tally = newTally();
    const drifts = await this.find(run, tally);
    const toGo = drifts.filter(({ surplus }) => surplus).length;
    const pruneCap = run.pruneCap ?? Math.max(smallestCap, Math.floor(tally.graph * capShare));
    const found = { tally, drifts, toGo, pruneCap };
    if (run.dryRun || drifts.length === 0) return { ...found, left: [], notApplied: 0 };
    if (toGo > pruneCap) throw new PruneCapExceeded(toGo, pruneCap);
    const positions = await this.handOver(run, drifts);
    await run.progress('waiting until applied', drifts.length, drifts.length);
    await new Patience(patience, run.signal).until(async () => ((await this.ports.rows.areWaiting(positions)) ? null : true));
    return { ...found, ...(await this.lookAgain(run, drifts)) };
  }

  private async find(run: RepairRun, tally: Tally): Promise<Drift[]> {
    const progress = (step: string, edges: number) => run.progress(step, edges, null);
    const drifts: Drift[] = [];
    const verify = { signal: run.signal, progress, tally, most: mostDrifts };
    for await (const drift of this.ports.verification.drifts(run.scope, verify)) {
      drifts.push(drift);
      if (drifts.length > mostDrifts) throw new TooMuchDrift(mostDrifts);
    }
    if (tally.truncated) throw new TooMuchDrift(mostDrifts);
    return drifts;
  }

  private async handOver(run: RepairRun, drifts: readonly Drift[]): Promise<bigint[]> {
    const { unitOfWork, clock, failPoints } = this.ports;
    const context = new ExecutionContext({ kind: 'system', id: 'projection-repair' }, run.id);
    let nth = 0;
    let done = 0;
    for (const some of handfuls(drifts)) {
      run.signal.throwIfAborted();
      const [first] = some;
      const suspects = {
        tenantId: first?.tenantId ?? null,
        edges: some.map(({ relationship }) => relationship),
        revoking: some.some(({ revoking }) => revoking),
      };
      await unitOfWork.run(context, platformScope, async (tx) => tx.collect(Suspicion.of(run.id, nth, suspects, clock.now())));
      await failPoints.pass('after-suspicion');
      nth += 1;
      done += some.length;
      await run.written(some);
      await run.progress('handing over', done, drifts.length);
    }
    return context.receipts.flatMap(({ events }) => events.map(({ position }) => position));
  }

  private async lookAgain(run: RepairRun, drifts: readonly Drift[]): Promise<Pick<RepairOutcome, 'left' | 'notApplied'>> {
    const left: Drift[] = [];
    let notApplied = 0;
    const confirmation = this.ports.verification.confirmation({ signal: run.signal });
    for (let from = 0; from < drifts.length; from += touchedAtOnce) {
      const touched = drifts.slice(from, from + touchedAtOnce).map(({ relationship }) => relationship);
      const seen = await confirmation.confirm(touched);
      left.push(...seen.drifts);
      notApplied += seen.unsettled;
      await run.progress('looking again', from + touched.length, drifts.length);
    }
    return { left, notApplied };
  }
}

/** By tenant, and no more to an event than fit into one call. */
function* handfuls(drifts: readonly Drift[]): Generator<readonly Drift[]> {
  for (const ofTenant of Map.groupBy(drifts, ({ tenantId }) => tenantId).values()) {
    for (let from = 0; from < ofTenant.length; from += suspectsPerEvent) yield ofTenant.slice(from, from + suspectsPerEvent);
  }
}
