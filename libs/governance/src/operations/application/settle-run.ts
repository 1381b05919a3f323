import { restMs, waitBeforeTry, type ActiveRun, type RunEnd, type RunParts } from './active-run.ts';
import type { OperationProgress } from '../domain/operation.ts';
import type { ClaimedOperation, Hold } from './operation-queue.ts';
import { pause } from './pause.ts';
import { gaveUp, verdictOn } from './verdict.ts';

/** What succeeded is done, however long ago its last step was told. */
const whole = ({ done, total }: OperationProgress): OperationProgress => ({ done: total ?? done, total: total ?? done });

/** Writes down what became of a run, for as long as it takes; `gone` says that this process no longer waits for it. */
export async function settleRun(
  { queue, observer }: Pick<RunParts, 'queue' | 'observer'>,
  operation: ClaimedOperation,
  hold: Hold,
  run: Pick<ActiveRun, 'progress'>,
  end: RunEnd,
  gone: AbortSignal,
): Promise<void> {
  const { last, stored } = run.progress;
  const write = (outcome: RunEnd, progress = last) =>
    outcome === 'let go' || outcome === 'rests'
      ? queue.giveBack(hold, progress, outcome === 'rests' ? restMs : 0)
      : queue.end(hold, outcome.state === 'succeeded' ? whole(progress) : progress, outcome);
  let written: boolean | null = null;
  let outcome = end;
  for (let failures = 0; written === null && !gone.aborted; failures += 1) {
    try {
      written = await write(outcome, outcome === end ? last : stored);
    } catch (error) {
      if (verdictOn(error).kind !== 'outage') outcome = gaveUp(1);
      observer.waits(operation, error, waitBeforeTry(failures));
      await pause(waitBeforeTry(failures), gone);
    }
  }
  if (written !== true) observer.lost(operation);
  else if (outcome === 'let go') observer.gaveBack(operation);
  else if (outcome !== 'rests') observer.ended(operation, outcome.state);
}
