import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ProjectionBench } from '../integration/outbox/support/projection-bench.ts';
import type { RunningService } from '../support/child-process.ts';
import { failPointNames, takeOverPoints, workerPoints } from './support/fail-point-names.ts';
import { underLoad } from './support/load.ts';
import { expireLeases, groundLaid, startWorker } from './support/worker-process.ts';

/** Once each as a rule; the long run comes back to every point, ever later in a worker's life. */
const rounds = process.env.CHAOS_LONG === '1' ? 10 : 1;

let bench: ProjectionBench;
const running: RunningService[] = [];

beforeAll(async () => {
  bench = await ProjectionBench.open();
  await groundLaid(bench);
});
afterEach(async () => {
  for (const worker of running.splice(0)) await worker.stop();
});
afterAll(() => bench?.close());

describe('P-1 kill -9', () => {
  it('P-1 of the worker at every step, under load: nothing is lost, nothing dead, the graph is f(state)', async () => {
    const load = underLoad(bench);
    for (let round = 0; round < rounds; round += 1) {
      for (const point of workerPoints) {
        const passage = takeOverPoints.includes(point) ? 1 + (round % 5) : 2 + round * 3;
        const doomed = await startWorker(bench, { FAIL_POINTS: `${point}=kill@${passage}` });
        expect(await doomed.child.ended).toEqual({ code: null, signal: 'SIGKILL' });
        await expireLeases(bench);
      }
    }
    running.push(await startWorker(bench));
    await load.end();
    expect(load.commands).toBeGreaterThan(100);
    expect(load.unavailable).toBe(0);
    await bench.isExact(60_000);
    expect(await bench.dead()).toEqual([]);
  });

  it.each(failPointNames.rebuild)(
    'P-1 of the worker at %s, when it has just rebuilt a lost graph: the next one completes it',
    async (point) => {
      const load = underLoad(bench, 1);
      await bench.engine.restart();
      const doomed = await startWorker(bench, { FAIL_POINTS: `${point}=kill` });
      expect(await doomed.child.ended).toEqual({ code: null, signal: 'SIGKILL' });
      expect(await bench.isReady()).toBe(false);
      await expireLeases(bench);
      running.push(await startWorker(bench));
      await load.end();
      await bench.isExact(30_000);
    },
  );

  it('P-1 of a worker whose lease must run out first: the next one goes on within seconds', async () => {
    const doomed = await startWorker(bench, { FAIL_POINTS: 'after-graph-write=kill' });
    const load = underLoad(bench, 1);
    await doomed.child.ended;
    running.push(await startWorker(bench));
    await load.end();
    await bench.isExact(15_000);
  });
});

describe('P-1 P-3 the engine killed', () => {
  it('P-1 P-3 under load, and back empty: rebuilt while commands go on, nothing dead, the graph is f(state) in a new epoch', async () => {
    running.push(await startWorker(bench));
    await bench.settled();
    const before = await bench.epoch();
    const load = underLoad(bench);
    for (let round = 0; round < Math.max(1, rounds / 2); round += 1) {
      await bench.engine.kill();
      const commands = load.commands;
      await expect.poll(() => load.commands, { timeout: 20_000 }).toBeGreaterThan(commands + 50);
      await bench.engine.restart();
      await expect.poll(() => bench.isReady(), { timeout: 30_000 }).toBe(true);
    }
    await load.end();
    await bench.isExact(30_000);
    expect(load.unavailable).toBe(0);
    expect(await bench.dead()).toEqual([]);
    expect(await bench.epoch()).not.toBe(before);
  });
});
