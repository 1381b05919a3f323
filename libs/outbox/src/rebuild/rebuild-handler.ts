import { OperationCancelled, OperationHandler, type JsonObject, type OperationRun } from '#governance';
import { setTimeout as pause } from 'node:timers/promises';
import type { GraphMapping } from '../projection/graph-mapping.ts';
import type { LiveProgress, Rebuilds } from '../projection/rebuilds.ts';
import { GraphNotWhole, rebuildKind } from './rebuild-request.ts';

const lookEveryMs = 300;

type Progress = Omit<LiveProgress, 'state'>;

/**
 * Asks the holders of the shards for a rebuild and follows them. They record how far they are, so a crash of this process, or of one of
 * theirs, costs at most one step. Cancelled, a rebuild of the graph in use is called off: what was written is right, and stays. One from
 * scratch goes on, because half a graph is no graph.
 */
export class RebuildHandler extends OperationHandler {
  override readonly kind = rebuildKind;

  constructor(
    private readonly rebuilds: Rebuilds,
    private readonly mapping: GraphMapping,
  ) {
    super();
  }

  override async run(run: OperationRun): Promise<JsonObject> {
    const total = await this.rebuilds.expected();
    return run.input['from_scratch'] === true ? this.fromScratch(run, total) : this.inUse(run, total);
  }

  private async inUse(run: OperationRun, total: number): Promise<JsonObject> {
    if (!(await this.rebuilds.begin(run.id))) throw new GraphNotWhole();
    try {
      for (;;) {
        const progress = await this.rebuilds.live(run.id);
        if (progress.state === 'gone') throw new GraphNotWhole(); // lost meanwhile: it is made anew
        if (progress.state === 'done') return this.resultOf(progress, 'graph in use');
        await this.report(run, progress, total);
      }
    } catch (error) {
      if (run.signal.reason instanceof OperationCancelled) await this.rebuilds.callOff(run.id);
      throw error;
    }
  }

  private async fromScratch(run: OperationRun, total: number): Promise<JsonObject> {
    const before = await this.rebuilds.anew();
    if (before === null || (run.checkpoint === null && !before.ready)) throw new GraphNotWhole();
    const epoch = typeof run.checkpoint === 'string' ? run.checkpoint : before.epoch;
    await run.report({ done: 0, total, step: 'beginning' }, epoch);
    await this.rebuilds.beginAnew(epoch, 'asked for by an operator');
    for (;;) {
      const progress = await this.rebuilds.anew();
      if (progress === null) throw new GraphNotWhole();
      if (progress.ready && progress.epoch !== epoch) return this.resultOf(progress, 'from scratch');
      await this.report(run, progress, total);
    }
  }

  private async report(run: OperationRun, progress: Progress, total: number): Promise<void> {
    const { relationships, phase, shards, shardsDone } = progress;
    const doing = phase === 0 ? 'looking for what is to go' : `writing, phase ${phase} of ${this.mapping.phases}`;
    const step = `${doing}, ${shardsDone} of ${shards} shards done`;
    await run.report({ done: Math.min(relationships, total), total, step });
    await pause(lookEveryMs, undefined, { signal: run.signal }).catch(() => {
      throw run.signal.reason;
    });
  }

  private async resultOf({ relationships, shards }: Progress, kind: string): Promise<JsonObject> {
    return { kind, relationships, shards, refused: await this.rebuilds.refused() };
  }
}
