import { OperationHandler, OperationWaits, type JsonObject, type OperationRun } from '#governance';
import { ExecutionContext, platformScope, type UnitOfWork } from '#kernel';
import { Standstill, whatIsAwaited } from '../standstill.ts';
import type { EventRecords, EventSummary, WalkedEvents, WorkListChanges } from './event-records.ts';
import { readSelector, type EventSelector, type SelectorText } from './event-selector.ts';
import { replayKind } from './replay-events.ts';
import { rest } from './rest.ts';

/**
 * Events put on the list at a time, over all shards, and how few of them must be left before the next. A live grant of the same tenant waits
 * for the replayed events before it, which are older: so many are about one call to the engine. Removals wait for none.
 */
const portion = 250;
const nearlyDone = 50;

/** Milliseconds between looks at how many are left. */
const lookEvery = 25;

export interface ReplayHandlerPorts {
  readonly records: EventRecords;
  readonly workList: WorkListChanges;
  readonly unitOfWork: UnitOfWork;
  /** How long nothing may move before others have its place; default: `standstillMs`. */
  readonly patienceMs?: number;
}

interface Progress {
  /** The last position that was looked at. */
  readonly after: string;
  readonly matched: number;
  readonly replayed: number;
  readonly waiting: number;
  readonly dead: number;
  readonly lost: number;
  /** Positions that were put on the list and waited at the last report. A later run waits for them before it puts more on it. */
  readonly outstanding: readonly string[];
}

const atTheStart: Progress = { after: '0', matched: 0, replayed: 0, waiting: 0, dead: 0, lost: 0, outstanding: [] };

/**
 * Goes through the log, oldest first, and puts what answers to the selectors back on the work list, a portion at a time. While a shard stands
 * still it gives its place in the worker to other operations, and looks again every few seconds.
 */
export class ReplayHandler extends OperationHandler {
  override readonly kind = replayKind;

  constructor(private readonly ports: ReplayHandlerPorts) {
    super();
  }

  override async run(run: OperationRun): Promise<JsonObject> {
    const selector = readSelector(run.input['selectors'] as SelectorText);
    let progress: Progress = { ...atTheStart, ...(run.checkpoint as Partial<Progress> | null) };
    let next: bigint | null = BigInt(progress.after);
    let outstanding: readonly bigint[] = progress.outstanding.map(BigInt);
    for (;;) {
      outstanding = await this.until(next === null ? 0 : nearlyDone, outstanding, () => this.report(run, progress, selector), run.signal);
      if (next === null) break;
      run.signal.throwIfAborted();
      const step: WalkedEvents = await this.ports.records.walk(selector, { order: 'oldest', limit: portion, from: next });
      const { positions, counted } = await this.enlist(run, selector, step.rows, progress);
      outstanding = [...outstanding, ...positions];
      const after = String(step.next ?? step.rows.at(-1)?.position ?? progress.after);
      progress = { ...counted, after, outstanding: outstanding.map(String) };
      await this.report(run, progress, selector, { ...progress });
      next = step.next;
    }
    const { matched, replayed, waiting, dead, lost } = progress;
    const skipped = { on_the_list_already: waiting, dead, no_longer_in_the_log: lost };
    return { matched, replayed, skipped, log_begins_at: run.input['log_begins_at'] ?? null };
  }

  private async enlist(run: OperationRun, selector: EventSelector, rows: readonly EventSummary[], before: Progress) {
    const { unitOfWork, workList } = this.ports;
    const events = rows.filter(({ type }) => type !== null);
    if (events.length === 0) return { positions: [], counted: counted(before, rows, 0, { replayed: 0, waiting: 0, dead: 0 }) };
    const context = new ExecutionContext({ kind: 'system', id: 'replay' }, run.id);
    const retryDead = selector.state === 'dead' || selector.error !== undefined;
    const done = await unitOfWork.run(context, platformScope, (tx) => workList.enlist(tx, events, { operation: run.id, retryDead }));
    if (done.replayed > 0) await workList.lookAgain().catch(() => undefined);
    return { positions: done.positions, counted: counted(before, rows, events.length, done) };
  }

  /** Returns those that still wait, `few` at most. What is set aside meanwhile waits no more. Throws `OperationWaits` when none gets on. */
  private async until(
    few: number,
    positions: readonly bigint[],
    report: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<readonly bigint[]> {
    const { workList, patienceMs } = this.ports;
    const standstill = new Standstill(patienceMs);
    let left = positions;
    standstill.moved(String(left.length));
    while (left.length > few) {
      await rest(lookEvery, signal);
      left = await workList.stillWaiting(left);
      if (left.length <= few) return left;
      if (standstill.moved(String(left.length))) await report();
      else if (standstill.isLong) throw new OperationWaits(whatIsAwaited(await workList.awaited(left)));
    }
    return left;
  }

  private report(run: OperationRun, { after, matched }: Progress, { toPosition }: EventSelector, checkpoint?: Progress): Promise<void> {
    const step = `position ${after} of ${toPosition ?? 'the last'}`;
    return run.report({ done: matched, total: null, step }, checkpoint && { ...checkpoint });
  }
}

function counted(
  before: Progress,
  rows: readonly EventSummary[],
  inLog: number,
  done: { readonly replayed: number; readonly waiting: number; readonly dead: number },
): Progress {
  return {
    ...before,
    matched: before.matched + rows.length,
    replayed: before.replayed + done.replayed,
    waiting: before.waiting + done.waiting,
    dead: before.dead + done.dead,
    lost: before.lost + rows.length - inLog,
  };
}
