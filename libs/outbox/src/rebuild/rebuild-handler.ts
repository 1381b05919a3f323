import { OperationCancelled, OperationHandler, OperationWaits, type Json, type JsonObject, type OperationRun } from '#governance';
import { setTimeout as pause } from 'node:timers/promises';
import type { GraphMapping } from '../projection/graph-mapping.ts';
import type { AnewProgress, LiveProgress, Rebuilds } from '../projection/rebuilds.ts';
import { Standstill, standstillMs, stands, whatIsAwaited } from '../standstill.ts';
import { GraphNotWhole, rebuildKind } from './rebuild-request.ts';

const lookEveryMs = 300;

type Progress = Omit<LiveProgress, 'state'>;

/** Left by an operation that began: a retry of it begins with the same, under an id of its own. */
interface Begun extends Record<string, Json> {
  readonly operation: string;
  /** From scratch: the epoch that was to be replaced. */
  readonly epoch: string | null;
}

/**
 * Asks the holders of the shards for a rebuild and follows them. They record how far they are, so a crash of this process, or of one of
 * theirs, costs at most one step. Cancelled, a rebuild of the graph in use is called off: what was written is right, and stays. One from
 * scratch goes on, because half a graph is no graph. While the shards that are left stand still, others have its place in the worker.
 */
export class RebuildHandler extends OperationHandler {
  override readonly kind = rebuildKind;

  constructor(
    private readonly rebuilds: Rebuilds,
    private readonly mapping: GraphMapping,
    private readonly patienceMs = standstillMs,
  ) {
    super();
  }

  override async run(run: OperationRun): Promise<JsonObject> {
    const total = await this.rebuilds.expected();
    return run.input['from_scratch'] === true ? this.fromScratch(run, total) : this.inUse(run, total);
  }

  private async inUse(run: OperationRun, total: number): Promise<JsonObject> {
    const goesOn = begunOf(run)?.operation === run.id;
    const standstill = new Standstill(this.patienceMs, goesOn);
    try {
      // Once: a shard that was found suspect since then is not to begin a second time.
      if (!goesOn) await this.begin(run, total);
      for (;;) {
        const progress = await this.rebuilds.live(run.id);
        if (progress.state === 'gone') throw new GraphNotWhole(); // lost meanwhile: it is made anew
        if (progress.state === 'done') return await this.resultOf(progress, { kind: 'graph in use' });
        await this.report(run, progress, total, standstill);
        await this.restUnlessMoving(standstill, run.id);
      }
    } catch (error) {
      if (run.signal.reason instanceof OperationCancelled) await this.rebuilds.callOff(run.id);
      throw error;
    }
  }

  private async begin(run: OperationRun, total: number): Promise<void> {
    if (!(await this.rebuilds.begin(run.id))) throw new GraphNotWhole();
    await run.report({ done: 0, total, step: 'beginning' }, { operation: run.id, epoch: null } satisfies Begun);
  }

  /** An operation that is tried again, and whose epoch was replaced and is whole by now, is done: its result says that nothing was. */
  private async fromScratch(run: OperationRun, total: number): Promise<JsonObject> {
    const before = await this.rebuilds.anew();
    const begun = begunOf(run);
    if (before === null || (begun === null && !before.ready)) throw new GraphNotWhole();
    const epoch = begun?.epoch ?? before.epoch;
    const goesOn = begun?.operation === run.id;
    if (!goesOn) {
      if (before.ready && before.epoch !== epoch) return this.madeAnew(before, true);
      await run.report({ done: 0, total, step: 'beginning' }, { operation: run.id, epoch } satisfies Begun);
    }
    await this.rebuilds.beginAnew(epoch, 'asked for by an operator');
    const standstill = new Standstill(this.patienceMs, goesOn);
    for (;;) {
      const progress = await this.rebuilds.anew();
      if (progress === null) throw new GraphNotWhole();
      if (progress.ready && progress.epoch !== epoch) return this.madeAnew(progress, false);
      await this.report(run, progress, total, standstill);
      await this.restUnlessMoving(standstill, null);
    }
  }

  /** Nothing new is told while nothing moves: what it waits for stays in sight. */
  private async report(run: OperationRun, progress: Progress, total: number, standstill: Standstill): Promise<void> {
    const { relationships, phase, shards, shardsDone } = progress;
    const doing = phase === 0 ? 'looking for what is to go' : `writing, phase ${phase} of ${this.mapping.phases}`;
    const step = `${doing}, ${shardsDone} of ${shards} shards done`;
    if (standstill.moved(`${relationships} ${step}`)) await run.report({ done: Math.min(relationships, total), total, step });
    await pause(lookEveryMs, undefined, { signal: run.signal }).catch(() => {
      throw run.signal.reason;
    });
  }

  /** One shard that can move is worth staying for, however long it reads. */
  private async restUnlessMoving(standstill: Standstill, id: string | null): Promise<void> {
    if (!standstill.isLong) return;
    const awaited = await this.rebuilds.awaited(id);
    if (awaited.length > 0 && awaited.every(stands)) throw new OperationWaits(whatIsAwaited(awaited));
  }

  private madeAnew(progress: AnewProgress, before: boolean): Promise<JsonObject> {
    return this.resultOf(progress, { kind: 'from scratch', epoch: progress.epoch, whole_before_it_was_tried_again: before });
  }

  private async resultOf({ relationships, shards }: Progress, what: JsonObject): Promise<JsonObject> {
    return { ...what, relationships, shards, refused: await this.rebuilds.refused() };
  }
}

/** An older release left the epoch alone. */
const begunOf = ({ checkpoint }: OperationRun): Begun | null =>
  typeof checkpoint === 'string' ? { operation: '', epoch: checkpoint } : (checkpoint as Begun | null);
