import { setTimeout as pause } from 'node:timers/promises';

/** Starts `work` so many times a second, whether or not the last one is done: a slow answer slows nobody down but itself. */
export async function atPace<Result>(perSecond: number, count: number, work: (nth: number) => Promise<Result>): Promise<Result[]> {
  const started = performance.now();
  const underWay: Promise<Result>[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    await pause(Math.max(0, started + (nth * 1000) / perSecond - performance.now()));
    const result = work(nth);
    result.catch(() => undefined); // thrown below, once all have been started
    underWay.push(result);
  }
  return Promise.all(underWay);
}
