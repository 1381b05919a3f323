import { OperationCancelled, OperationWaits, type Json, type OperationId, type OperationRun } from '#governance';
import { beforeEach, describe, expect, it } from 'vitest';
import type { GraphMapping } from '../projection/graph-mapping.ts';
import { Rebuilds, type AnewProgress, type LiveProgress } from '../projection/rebuilds.ts';
import type { AwaitedShard } from '../standstill.ts';
import { RebuildHandler } from './rebuild-handler.ts';
import { GraphNotWhole } from './rebuild-request.ts';

const far = { relationships: 3, shardsDone: 0, shards: 5, phase: 2 };

/** Does what the test says, look by look. */
class ScriptedRebuilds extends Rebuilds {
  readonly begun: string[] = [];
  readonly calledOff: string[] = [];
  whole = true;
  looks: LiveProgress['state'][] = ['under_way', 'done'];
  epochs: AnewProgress[] = [];

  override async begin(id: string): Promise<boolean> {
    if (this.whole) this.begun.push(id);
    return this.whole;
  }
  override async callOff(id: string): Promise<void> {
    this.calledOff.push(id);
  }
  override async live(): Promise<LiveProgress> {
    return { ...far, state: this.looks.shift() ?? 'under_way' };
  }
  override async beginAnew(epoch: string): Promise<void> {
    this.begun.push(epoch);
  }
  override async anew(): Promise<AnewProgress | null> {
    return this.epochs.shift() ?? null;
  }
  awaits: AwaitedShard[] = [{ shard: 2, paused: 'all', held: true }];
  override awaited = () => Promise.resolve(this.awaits);
  override expected = () => Promise.resolve(10);
  override refused = () => Promise.resolve(1);
}

let rebuilds: ScriptedRebuilds;
let handler: RebuildHandler;
let ending: AbortController;
let reports: { done: number; checkpoint: Json | undefined }[];

beforeEach(() => {
  rebuilds = new ScriptedRebuilds();
  handler = new RebuildHandler(rebuilds, { phases: 10 } as GraphMapping);
  ending = new AbortController();
  reports = [];
});

const run = (fromScratch: boolean, checkpoint: Json = null): OperationRun => ({
  id: 'op' as OperationId,
  input: { from_scratch: fromScratch },
  checkpoint,
  signal: ending.signal,
  report: async ({ done }, stored) => {
    reports.push({ done, checkpoint: stored });
  },
});

describe('a rebuild of the graph in use', () => {
  it('P-10 follows the shards to the end, and says what was left out', async () => {
    expect(await handler.run(run(false))).toEqual({ kind: 'graph in use', relationships: 3, shards: 5, refused: 1 });
    expect(rebuilds.begun).toEqual(['op']);
    expect(reports).toEqual([
      { done: 0, checkpoint: { operation: 'op', epoch: null } },
      { done: 3, checkpoint: undefined },
    ]);
  });

  it('P-10 is refused while the graph is not whole, and ends when it is lost meanwhile', async () => {
    rebuilds.whole = false;
    await expect(handler.run(run(false))).rejects.toBeInstanceOf(GraphNotWhole);
    rebuilds.whole = true;
    rebuilds.looks = ['under_way', 'gone'];
    await expect(handler.run(run(false))).rejects.toBeInstanceOf(GraphNotWhole);
  });

  it('P-10 is called off when it is cancelled, and goes on when only its worker stops', async () => {
    const stops = new Error('the worker stops');
    rebuilds.looks = [];
    const stopped = handler.run(run(false));
    ending.abort(stops);
    await expect(stopped).rejects.toBe(stops);
    expect(rebuilds.calledOff).toEqual([]);
    ending = new AbortController();
    const cancelled = handler.run(run(false));
    ending.abort(new OperationCancelled());
    await expect(cancelled).rejects.toBeInstanceOf(OperationCancelled);
    expect(rebuilds.calledOff).toEqual(['op']);
  });

  it('P-10 gives its place to others while all that are left stand still, and goes on without beginning again', async () => {
    handler = new RebuildHandler(rebuilds, { phases: 10 } as GraphMapping, 0);
    rebuilds.looks = [];
    await expect(handler.run(run(false))).rejects.toEqual(new OperationWaits('shard 2 is paused'));
    rebuilds.awaits = [{ shard: 2, paused: 'no', held: false }];
    const again = handler.run(run(false, { operation: 'op', epoch: null }));
    await expect(again).rejects.toEqual(new OperationWaits('shard 2 has no worker'));
    expect([rebuilds.begun, rebuilds.calledOff]).toEqual([['op'], []]);
    expect(reports).toHaveLength(2); // a run that goes on has nothing to tell while nothing moves
    rebuilds.awaits = [
      { shard: 2, paused: 'all', held: true },
      { shard: 3, paused: 'no', held: true },
    ];
    rebuilds.looks = ['under_way', 'done'];
    await handler.run(run(false, { operation: 'op', epoch: null }));
  });
});

describe('a rebuild from scratch', () => {
  const at = (epoch: string, ready: boolean): AnewProgress => ({ ...far, epoch, ready });

  it('P-10 ends when another epoch is whole, and declares no second one lost after a crash', async () => {
    rebuilds.epochs = [at('e1', true), at('e2', false), at('e2', true)];
    expect(await handler.run(run(true))).toMatchObject({ kind: 'from scratch' });
    expect(reports[0]).toEqual({ done: 0, checkpoint: { operation: 'op', epoch: 'e1' } });
    rebuilds.epochs = [at('e2', true), at('e2', true)];
    const result = await handler.run(run(true, { operation: 'op', epoch: 'e1' }));
    expect(result).toMatchObject({ epoch: 'e2', whole_before_it_was_tried_again: false });
    expect(rebuilds.begun).toEqual(['e1', 'e1']);
  });

  it('P-10 that is tried again when its epoch is whole by itself does nothing, and says so', async () => {
    rebuilds.epochs = [at('e2', true)];
    const result = await handler.run(run(true, { operation: 'the one before', epoch: 'e1' }));
    expect(result).toEqual({
      ...{ kind: 'from scratch', epoch: 'e2', whole_before_it_was_tried_again: true },
      ...{ relationships: 3, shards: 5, refused: 1 },
    });
    expect([rebuilds.begun, reports]).toEqual([[], []]);
  });

  it('P-10 that is tried again while its epoch is being made follows it to the end', async () => {
    rebuilds.epochs = [at('e2', false), at('e2', false), at('e2', true)];
    const result = await handler.run(run(true, { operation: 'the one before', epoch: 'e1' }));
    expect(result).toMatchObject({ epoch: 'e2', whole_before_it_was_tried_again: false });
    expect(reports[0]?.checkpoint).toEqual({ operation: 'op', epoch: 'e1' });
  });

  it('P-10 is refused while the graph is being made anew', async () => {
    rebuilds.epochs = [at('e1', false)];
    await expect(handler.run(run(true))).rejects.toBeInstanceOf(GraphNotWhole);
  });
});
