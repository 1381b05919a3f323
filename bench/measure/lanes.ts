import type { CpuMeter } from '../stand/cpu-meter.ts';
import { measure, type Sample } from './sample.ts';

/** So many at a time, each in a lane of its own, one operation after the other, for so long. */
export function inLanes(cpu: CpuMeter, lanes: number, milliseconds: number, operation: (nth: number) => Promise<unknown>): Promise<Sample> {
  return measure(cpu, async () => {
    const latencies: number[] = [];
    const end = performance.now() + milliseconds;
    const lane = async (_: unknown, nth: number): Promise<void> => {
      for (let started = performance.now(); started < end;) {
        await operation(nth);
        const now = performance.now();
        latencies.push(now - started);
        started = now;
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    return { operations: latencies.length, latencies };
  });
}
