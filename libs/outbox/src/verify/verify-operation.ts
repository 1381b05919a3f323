import { OperationHandler, type JsonObject, type OperationRun } from '#governance';
import { NoSuchTenant } from '../repair/errors.ts';
import { mostJudged, newTally, type DriftVerification, type Tally, type VerifyScope } from './drift-verification.ts';
import { findingOf, noDrift, totalOf, type Drift, type DriftCounts, type Finding } from './drift.ts';
import type { SettledRows } from './settled-rows.ts';
import { objectKey, type DriftVocabulary } from './drift-vocabulary.ts';

/** Findings kept with a result; the counts are of all. */
export const mostFindings = 1_000;

export interface ScopePorts {
  readonly rows: SettledRows;
  readonly words: DriftVocabulary;
}

/** What the input of an operation asks for. Throws `NoSuchTenant`. */
export async function scopeOf(input: JsonObject, { rows, words }: ScopePorts): Promise<VerifyScope> {
  const tenantId = input['tenant_id'];
  if (typeof tenantId !== 'string') return { kind: 'all' };
  const tenant = { type: 'tenant', id: tenantId };
  const owners = await rows.read((snapshot) => words.ownersOf(snapshot, [tenant]));
  if (!owners.has(objectKey(tenant))) throw new NoSuchTenant(tenantId);
  return { kind: 'tenant', tenantId };
}

/** Counts by kind, and the first findings. */
export class Findings {
  readonly counts: Record<keyof DriftCounts, number> = { ...noDrift };
  readonly first: Finding[] = [];

  add(drift: Drift): void {
    this.counts[drift.kind] += 1;
    if (this.first.length < mostFindings) this.first.push(findingOf(drift));
  }

  /** With `truncated`, the counts are the least that there is. */
  toJson({ graph, rows, unsettled, truncated }: Tally): JsonObject {
    return { drift: totalOf(this.counts), counts: this.counts, unsettled, truncated, edges: { graph, rows }, findings: this.first };
  }
}

/** Names each drift of the graph, or of one tenant (`tenant_id`). Changes nothing; after a crash it begins anew. Past `mostJudged` differences it stops. */
export class VerifyOperation extends OperationHandler {
  override readonly kind = 'verify';

  constructor(
    private readonly verification: DriftVerification,
    private readonly ports: ScopePorts,
    private readonly most = mostJudged,
  ) {
    super();
  }

  override async run(run: OperationRun): Promise<JsonObject> {
    const scope = await scopeOf(run.input, this.ports);
    const tally = newTally();
    const findings = new Findings();
    const progress = (step: string, done: number) => run.report({ done, total: null, step });
    for await (const drift of this.verification.drifts(scope, { signal: run.signal, progress, tally, most: this.most }))
      findings.add(drift);
    return findings.toJson(tally);
  }
}
