import { DatabaseUnavailable } from '#database';
import { DomainError } from '#kernel';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { RunnerStage, untilToldToEnd } from '../testing/runner-stage.ts';
import { OperationLost } from './run-ends.ts';

let stage: RunnerStage;
beforeEach(() => {
  vi.useFakeTimers();
  stage = new RunnerStage();
});
afterEach(async () => {
  stage.queue.outage = null;
  const stopped = stage.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  await stopped;
  vi.useRealTimers();
});

const passes = (milliseconds: number) => vi.advanceTimersByTimeAsync(milliseconds);

class EngineGone extends DomainError {
  override readonly kind = 'unavailable';
  override readonly code = 'engine_gone';
}
class NoSuchShard extends DomainError {
  override readonly kind = 'not_found';
  override readonly code = 'shard_not_found';
}

describe('O-1 an outage', () => {
  test.each([
    ['that a handler names', () => new EngineGone('The engine is gone.'), 'waits: The engine is gone.'],
    [
      "that only the driver's words tell of",
      () => Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      'waits: The database cannot be reached right now.',
    ],
  ])('%s is waited for as long as it takes, in sight, and fails nothing', async (_, error, shown) => {
    const id = await stage.asked();
    let over = false;
    let tries = 0;
    stage.worker(async () => {
      tries += 1;
      if (!over) throw error();
      return { tries: 0 };
    });
    await passes(600_000);
    expect(stage.row(id)).toMatchObject({ state: 'running', progress: { step: shown }, attempts: 1 });
    expect(tries).toBeGreaterThan(290);
    over = true;
    await passes(2_100);
    expect(stage.row(id).state).toBe('succeeded');
  });

  test('of the database, longer than a lease: the run ends before another may begin, and is taken up again afterwards', async () => {
    const id = await stage.asked();
    const ended: [unknown, number][] = [];
    const startedAt = performance.now();
    stage.worker((run) => {
      if (ended.length > 0) return Promise.resolve({ again: true });
      run.signal.addEventListener('abort', () => ended.push([run.signal.reason, performance.now() - startedAt]));
      return untilToldToEnd(run);
    });
    await passes(0);
    stage.queue.outage = new DatabaseUnavailable(new Error('gone'));
    await passes(60_000);
    expect(ended).toEqual([[expect.any(OperationLost), expect.any(Number)]]);
    expect(ended[0]?.[1]).toBeLessThanOrEqual(10_000);
    stage.queue.outage = null;
    await passes(3_000);
    expect(stage.row(id)).toMatchObject({ state: 'succeeded', result: { again: true }, attempts: 1 });
  });

  test('of the database when it is done: the result is written afterwards, and it is not done twice', async () => {
    const id = await stage.asked();
    let runs = 0;
    stage.worker(async () => {
      runs += 1;
      stage.queue.outage = new DatabaseUnavailable(new Error('gone'));
      return { runs };
    });
    await passes(30_000);
    stage.queue.outage = null;
    await passes(3_000);
    expect(stage.row(id)).toMatchObject({ state: 'succeeded', result: { runs: 1 } });
  });
});

describe('O-1 a failure', () => {
  test('that is a rule of the product ends it at once, in its own words', async () => {
    const id = await stage.asked();
    stage.worker(() => Promise.reject(new NoSuchShard('There is no shard 9.')));
    await passes(0);
    expect(stage.row(id)).toMatchObject({ state: 'failed', failure: { code: 'shard_not_found', message: 'There is no shard 9.' } });
  });

  test('that nobody expected is tried five times; its words go to the log alone', async () => {
    const id = await stage.asked();
    stage.worker(() => Promise.reject(new Error('password=hunter2')));
    await passes(20_000);
    const { state, failure } = stage.row(id);
    expect([state, failure?.code]).toEqual(['failed', 'internal']);
    expect(failure?.message).not.toContain('hunter2');
    expect(stage.observer.told).toEqual(['began 1', ...Array<string>(4).fill('tripped'), 'tripped for the last time', 'failed']);
    expect(stage.observer.errors).toEqual(Array(5).fill(expect.objectContaining({ message: 'password=hunter2' })));
  });

  test('is forgotten with each checkpoint: who gets on is not given up', async () => {
    const id = await stage.asked();
    stage.worker(async ({ checkpoint, report }) => {
      const at = ((checkpoint as number | null) ?? 0) + 1;
      await report({ done: at, total: 20 }, at);
      if (at < 20) throw new Error('trips at every step');
      return { at };
    });
    await passes(60_000);
    expect(stage.row(id)).toMatchObject({ state: 'succeeded', result: { at: 20 } });
  });

  test('of the whole worker counts too: what has felled five is not begun again', async () => {
    const id = await stage.asked();
    for (let n = 1; n <= 5; n += 1) {
      expect((await stage.queue.claim(`fallen ${n}`, ['count'], []))?.attempts).toBe(n);
      stage.lapse(id, 1);
    }
    stage.worker(() => Promise.reject(new Error('must not run')));
    await passes(0);
    expect(stage.row(id)).toMatchObject({ state: 'failed', failure: { code: 'internal' } });
    expect(stage.observer.told).toEqual(['failed']);
  });

  test('to store what came of it fails it, too', async () => {
    const id = await stage.asked();
    const { end } = stage.queue;
    stage.queue.end = (hold, progress, outcome) => {
      if (outcome.state === 'succeeded') return Promise.reject(new Error('no such text in JSON'));
      return end.call(stage.queue, hold, progress, outcome);
    };
    stage.worker(async () => ({ text: 'unstorable' }));
    await passes(5_000);
    expect(stage.row(id)).toMatchObject({ state: 'failed', failure: { code: 'internal' } });
  });
});
