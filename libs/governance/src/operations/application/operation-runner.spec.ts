import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { HandlerOf, RunnerStage, untilToldToEnd } from '../testing/runner-stage.ts';
import type { OperationRun } from './operation-handler.ts';
import { OperationRunner } from './operation-runner.ts';
import { pause } from './pause.ts';
import { OperationCancelled, OperationLost, OperationWaits, WorkerStops } from './run-ends.ts';

let stage: RunnerStage;
beforeEach(() => {
  vi.useFakeTimers();
  stage = new RunnerStage();
});
afterEach(async () => {
  const stopped = stage.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await stopped;
  vi.useRealTimers();
});

const passes = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

describe('O-1 a worker', () => {
  test('takes up what it can do within a second, stores the result and leaves the rest', async () => {
    stage.worker(async ({ input, report }) => {
      await report({ done: 2, total: 2, step: 'counted' });
      return { counted: input['size'] ?? 0 };
    });
    await passes(500);
    const [ours, other] = [await stage.asked('count', { size: 2 }), await stage.asked('other')];
    await passes(1_000);
    expect(stage.row(ours)).toMatchObject({ state: 'succeeded', result: { counted: 2 }, progress: { done: 2, total: 2 } });
    expect(stage.row(other)).toMatchObject({ state: 'pending' });
    expect(stage.observer.told).toEqual(['began 1', 'succeeded']);
  });

  test('looks at once when it is called', async () => {
    const worker = stage.worker(async () => ({}));
    await passes(0);
    const id = await stage.asked();
    worker.hint();
    await passes(0);
    expect(stage.row(id).state).toBe('succeeded');
  });

  test('does two at once, and the next when one is done', async () => {
    const ends: (() => void)[] = [];
    stage.worker(() => new Promise((resolve) => ends.push(() => resolve({}))));
    for (let n = 0; n < 3; n += 1) await stage.asked();
    await passes(3_000);
    expect(ends).toHaveLength(2);
    ends[0]?.();
    await passes(0);
    expect(ends).toHaveLength(3);
    for (const end of ends) end();
  });

  test('keeps what takes long, and nobody else begins it', async () => {
    const id = await stage.asked();
    const began: string[] = [];
    for (const name of ['one', 'other']) {
      stage.worker((run) => {
        began.push(name);
        return untilToldToEnd(run);
      });
    }
    await passes(60_000);
    expect([began, stage.row(id).state]).toEqual([['one'], 'running']);
  });

  test('writes progress without a checkpoint at most twice a second, and the last of it in the end', async () => {
    const id = await stage.asked();
    stage.worker(async ({ report }) => {
      for (let done = 1; done <= 1_000; done += 1) {
        await report({ done, total: 1_000 });
        await pause(10);
      }
      return {};
    });
    await passes(5_000);
    const { progress, version } = stage.row(id);
    expect(progress.done).toBeGreaterThan(440);
    expect(version).toBeLessThanOrEqual(13);
    await passes(6_000);
    expect(stage.row(id)).toMatchObject({ state: 'succeeded', progress: { done: 1_000 } });
  });

  test('shows within seconds what was told last, also when nothing more is told', async () => {
    const id = await stage.asked();
    stage.worker(async (run) => {
      await run.report({ done: 1, total: 2, step: 'first' });
      await run.report({ done: 1, total: 2, step: 'a long second' });
      return untilToldToEnd(run);
    });
    await passes(1_500);
    expect(stage.row(id).progress.step).toBe('a long second');
  });

  test('goes on where the one before stood', async () => {
    const id = await stage.asked();
    stage.rows.put(id, { ...stage.row(id), checkpoint: { at: 7 } });
    const checkpoints: unknown[] = [];
    stage.worker(async ({ checkpoint }) => {
      checkpoints.push(checkpoint);
      return {};
    });
    await passes(0);
    expect(checkpoints).toEqual([{ at: 7 }]);
  });

  test('does not start with two handlers of one kind', () => {
    const handlers = [new HandlerOf('count', async () => ({})), new HandlerOf('count', async () => ({}))];
    expect(() => new OperationRunner(stage.queue, handlers, stage.observer, stage.ids)).toThrow('two handlers');
  });
});

describe('O-1 what stands still until somebody acts', () => {
  const stands = (run: OperationRun) =>
    pause(100, run.signal).then(() => {
      throw new OperationWaits('shard 3 is paused');
    });

  test('leaves its place to others, says what it waits for, and goes on when it can', async () => {
    let resumed = false;
    const worker = stage.worker(async (run) => (run.input['stands'] === true && !resumed ? stands(run) : { done: true }));
    const [one, other] = [await stage.asked('count', { stands: true }), await stage.asked('count', { stands: true })];
    await passes(2_000);
    const third = await stage.asked();
    worker.hint();
    await passes(0);
    expect(stage.row(third).state).toBe('succeeded');
    await passes(60_000);
    for (const id of [one, other])
      expect(stage.row(id)).toMatchObject({ state: 'running', attempts: 0, progress: { step: 'waits: shard 3 is paused' } });
    resumed = true;
    await passes(7_000);
    expect([stage.row(one).state, stage.row(other).state]).toEqual(['succeeded', 'succeeded']);
  });

  test('ends at once when it is cancelled meanwhile', async () => {
    const id = await stage.asked();
    stage.worker(stands);
    await passes(2_000);
    await stage.cancelled(id);
    expect(stage.row(id).state).toBe('cancelled');
    await passes(10_000);
    expect(stage.row(id).state).toBe('cancelled');
  });
});

describe('O-1 a run ends early', () => {
  const reasons: unknown[] = [];
  const remembering = async (run: OperationRun) => {
    run.signal.addEventListener('abort', () => reasons.push(run.signal.reason));
    return untilToldToEnd(run);
  };
  beforeEach(() => {
    reasons.length = 0;
  });

  test.each([
    [true, 0],
    [false, 4_000],
  ])('when it is cancelled: at once when the worker is called (%s), else with the next renewal', async (called, within) => {
    const id = await stage.asked();
    const worker = stage.worker(remembering);
    await passes(500);
    await stage.cancelled(id);
    if (called) worker.hint();
    await passes(within);
    expect(stage.row(id)).toMatchObject({ state: 'cancelled', result: null });
    expect(reasons).toEqual([expect.any(OperationCancelled)]);
  });

  test('when it is cancelled and only reports: what it did is stored first', async () => {
    const id = await stage.asked();
    stage.worker(async ({ report }) => {
      for (let at = 1; ; at += 1) {
        await pause(700);
        await report({ done: at, total: null }, { at });
      }
    });
    await passes(800);
    await stage.cancelled(id);
    await passes(700);
    expect(stage.row(id)).toMatchObject({ state: 'cancelled', checkpoint: { at: 2 } });
  });

  test('before it began, when it was cancelled after its worker fell', async () => {
    const id = await stage.asked();
    await stage.queue.claim('fallen', ['count'], []);
    await stage.cancelled(id);
    stage.lapse(id, 1);
    stage.worker(() => Promise.reject(new Error('must not run')));
    await passes(0);
    expect([stage.row(id).state, stage.observer.told]).toEqual(['cancelled', ['cancelled']]);
  });

  test('when its worker stops: another one goes on at once, and it counts as no attempt', async () => {
    const id = await stage.asked();
    const worker = stage.worker(remembering);
    await passes(0);
    await worker.stop();
    expect(reasons).toEqual([expect.any(WorkerStops)]);
    stage.worker(async () => ({ by: 'another' }));
    await passes(0);
    expect(stage.row(id)).toMatchObject({ state: 'succeeded', result: { by: 'another' }, attempts: 1 });
    expect(stage.observer.told).toEqual(['began 1', 'gave back', 'began 1', 'succeeded']);
  });

  test('when another worker took it: nothing of it is written any more', async () => {
    const id = await stage.asked();
    let told: Promise<unknown> | undefined;
    stage.worker(async (run) => {
      run.signal.addEventListener('abort', () => (told = run.report({ done: 9, total: 9 }, 'mine').catch((error: unknown) => error)));
      return remembering(run);
    });
    await passes(0);
    stage.lapse(id, 1);
    await stage.queue.claim('another', ['count'], []);
    const before = stage.row(id);
    await passes(3_000);
    expect(reasons).toEqual([expect.any(OperationLost)]);
    expect(await told).toBeInstanceOf(OperationLost);
    expect([stage.row(id), stage.observer.told.at(-1)]).toEqual([before, 'lost']);
  });
});
