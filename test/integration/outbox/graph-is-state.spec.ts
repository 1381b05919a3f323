import type { Relationship } from '#authorization';
import type { LoggedEvent } from '#outbox';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { PgGraphMapping } from '../../../libs/iam/src/graph/adapters/pg-graph-mapping.ts';
import { ModelRun } from './support/model-run.ts';
import { aStep, step, stepAmong, type Step } from './support/random-commands.ts';

let run: ModelRun | undefined;

afterEach(async () => {
  await run?.bench.close();
  run = undefined;
});

/** Plays no more when the time is up: on a busy machine fewer worlds are tried, and the figures say so. */
const within = (milliseconds: number, model: ModelRun) => {
  const end = performance.now() + milliseconds;
  return async (steps: readonly Step[]) => (performance.now() < end ? model.play(steps) : undefined);
};

describe('the graph and the rows', () => {
  it('P-1 P-12 after any commands, through crashes at any step, the graph is f(state), no edge ever went back, and checks say the truth', async () => {
    const model = (run = await ModelRun.open());
    const { FAST_CHECK_SEED, FAST_CHECK_RUNS } = process.env;
    const seed = Number(FAST_CHECK_SEED ?? Date.now() % 1_000_000);
    console.info(`random commands: FAST_CHECK_SEED=${seed}`);
    const play = within(FAST_CHECK_RUNS === undefined ? 20_000 : Infinity, model);
    const steps = fc.array(step, { minLength: 40, maxLength: 100, size: 'max' });
    await fc.assert(fc.asyncProperty(steps, play), { seed, numRuns: Number(FAST_CHECK_RUNS ?? 8), endOnFailure: true });
    await model.bench.isExact();
    const { kinds, ...counts } = model.counts;
    console.info(`random commands: ${JSON.stringify(counts)}; kinds that took effect: ${kinds.size}`);
    expect(counts.states).toBeGreaterThan(2);
  }, 240_000);

  it('P-12 a rule that is broken on purpose is found, and shrunk to the few commands that show it', async () => {
    /** Forgets that a move takes away what was inherited before. */
    class Forgetful extends PgGraphMapping {
      override footprint(event: LoggedEvent): readonly Relationship[] | null {
        const edges = super.footprint(event);
        return event.type === 'workspaces.workspace_moved' ? (edges?.slice(1) ?? null) : edges;
      }
    }
    const model = (run = await ModelRun.open(new Forgetful()));
    const steps = fc.array(stepAmong('create workspace', 'move workspace', 'add member', 'drain'), { maxLength: 12 });
    // Of the workspaces there are, by age: the root, one below it, and the one that is made here.
    const made = aStep('create workspace', { place: 0, flag: true });
    const moved = aStep('move workspace', { place: 2, other: 1 });
    const noise = [aStep('add member', { user: 3 }), aStep('add member', { user: 2 })];
    // Drained between the two: while the creation is still to be applied, it says where the workspace was, too.
    const example = [...noise, made, ...noise, aStep('drain'), moved, ...noise];
    const play = within(15_000, model);
    const { failed, counterexample, numShrinks, errorInstance } = await fc.check(fc.asyncProperty(steps, play), {
      examples: [[example]],
      numRuns: 1,
    });
    const [shown = []] = counterexample ?? [];
    console.info(`broken rule: ${shown.map(({ kind }) => kind).join(', ')}, after ${numShrinks} steps of shrinking`);
    expect(failed).toBe(true);
    const left = /"missing":\[\],"extra":\["workspace:\w+#inherits@workspace:\w+"\]/;
    expect(JSON.stringify((errorInstance as { actual?: unknown }).actual)).toMatch(left);
    expect(shown.length).toBeLessThan(example.length);
    expect(shown.map(({ kind }) => kind)).toContain('move workspace');
  }, 60_000);
});
