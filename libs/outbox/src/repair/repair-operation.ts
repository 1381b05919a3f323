import { OperationHandler, type Json, type JsonObject, type OperationRun } from '#governance';
import { Findings, scopeOf, type ScopePorts } from '../verify/verify-operation.ts';
import { DRIFT_KINDS, noDrift, totalOf, type Drift, type DriftCounts } from '../verify/drift.ts';
import type { DriftRepair, RepairOutcome } from './drift-repair.ts';

type Counts = Record<keyof DriftCounts, number>;

/** What earlier runs of the operation handed over: a crash comes between an event and this record, so it may be some too few. */
function handedOver(checkpoint: Json): Counts {
  const before = checkpoint as Partial<Counts> | null;
  const counts: Counts = { ...noDrift };
  for (const kind of DRIFT_KINDS) counts[kind] = before?.[kind] ?? 0;
  return counts;
}

const count = (counts: Counts, drifts: readonly Drift[]): void => {
  for (const { kind } of drifts) counts[kind] += 1;
};

/**
 * Puts right what is not as the rows say. Input: `tenant_id` (default: everywhere), `dry_run`, `prune_cap`. With `dry_run` the result says what would be
 * done, and `allowed` whether the prune cap lets it.
 */
export class RepairOperation extends OperationHandler {
  override readonly kind = 'repair';

  constructor(
    private readonly repair: DriftRepair,
    private readonly ports: ScopePorts,
  ) {
    super();
  }

  override async run(run: OperationRun): Promise<JsonObject> {
    const scope = await scopeOf(run.input, this.ports);
    const { dry_run: dryRun, prune_cap: cap } = run.input;
    const repaired = handedOver(run.checkpoint);
    const outcome = await this.repair.run({
      id: run.id,
      scope,
      dryRun: dryRun === true,
      pruneCap: typeof cap === 'number' ? cap : null,
      signal: run.signal,
      progress: (step, done, total) => run.report({ done, total, step }),
      written: async (drifts) => {
        count(repaired, drifts);
        await run.report({ done: totalOf(repaired), total: null, step: 'handing over' }, { ...repaired });
      },
    });
    return resultOf(outcome, dryRun === true, repaired);
  }
}

function resultOf({ tally, drifts, toGo, pruneCap, left, notApplied }: RepairOutcome, dryRun: boolean, repaired: Counts): JsonObject {
  const [found, remaining] = [new Findings(), new Findings()];
  for (const drift of drifts) found.add(drift);
  for (const drift of left) remaining.add(drift);
  return {
    ...found.toJson(tally),
    dry_run: dryRun,
    to_go: toGo,
    prune_cap: pruneCap,
    allowed: toGo <= pruneCap,
    repaired,
    left: { drift: totalOf(remaining.counts), not_applied: notApplied, findings: remaining.first },
  };
}
