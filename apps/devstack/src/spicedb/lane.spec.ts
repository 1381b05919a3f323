import { expect, test } from 'vitest';
import { Lane } from './lane.ts';

/** Tasks that end when told to, and what was running at the most. */
function tasks() {
  const ends: (() => void)[] = [];
  const seen = { running: 0, most: 0, order: [] as number[] };
  const task = (index: number) => async () => {
    seen.order.push(index);
    seen.running += 1;
    seen.most = Math.max(seen.most, seen.running);
    await new Promise<void>((resolve) => ends.push(resolve));
    seen.running -= 1;
  };
  return { task, seen, endNext: () => ends.shift()?.() };
}

test('a lane of one never runs two tasks at once, and keeps their order', async () => {
  const { task, seen, endNext } = tasks();
  const lane = new Lane(1);
  const all = Promise.all([1, 2, 3].map((index) => lane.run(task(index))));
  for (let ended = 0; ended < 3; ended += 1) {
    await Promise.resolve();
    await Promise.resolve();
    endNext();
    await new Promise(setImmediate);
  }
  await all;
  expect(seen).toEqual({ running: 0, most: 1, order: [1, 2, 3] });
});

test('a lane of two runs two at once, not three', async () => {
  const { task, seen, endNext } = tasks();
  const lane = new Lane(2);
  const all = Promise.all([1, 2, 3].map((index) => lane.run(task(index))));
  await new Promise(setImmediate);
  expect(seen.running).toBe(2);
  for (let ended = 0; ended < 3; ended += 1) {
    endNext();
    await new Promise(setImmediate);
  }
  await all;
  expect(seen.most).toBe(2);
});

test('a task that fails makes room like any other', async () => {
  const lane = new Lane(1);
  await expect(lane.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(lane.run(() => Promise.resolve('yes'))).resolves.toBe('yes');
});
