import type { CpuMeter, CpuReading } from '../stand/cpu-meter.ts';
import { median } from './statistics.ts';

/** What one side of a pair did. */
export interface Sample {
  readonly operations: number;
  readonly seconds: number;
  /** CPU seconds by process. */
  readonly cpu: CpuReading;
  /** Milliseconds of each operation, where single ones are of interest. */
  readonly latencies: readonly number[];
}

export const rateOf = ({ operations, seconds }: Sample): number => operations / seconds;

/** Runs `work` and reads clock and CPU around it. It returns how many operations it did, and how long each took if it knows. */
export async function measure(cpu: CpuMeter, work: () => Promise<{ operations: number; latencies?: readonly number[] }>): Promise<Sample> {
  const used = cpu.start();
  const started = performance.now();
  const { operations, latencies = [] } = await work();
  const seconds = (performance.now() - started) / 1000;
  return { operations, seconds, cpu: cpu.usedSince(used), latencies };
}

/** CPU milliseconds per operation by process: the median over the samples. */
export function cpuPerOperation(samples: readonly Sample[]): Record<string, number> {
  const names = new Set(samples.flatMap(({ cpu }) => Object.keys(cpu)));
  const of = (name: string) => median(samples.map(({ cpu, operations }) => ((cpu[name] ?? 0) * 1000) / operations));
  return Object.fromEntries([...names].map((name) => [name, of(name)]));
}

/** Only what `work` itself takes, each time after `before`, which brings about the state it is measured in. */
export async function measureEach(
  cpu: CpuMeter,
  count: number,
  before: () => Promise<unknown>,
  work: () => Promise<unknown>,
): Promise<Sample> {
  const latencies: number[] = [];
  const used: Record<string, number> = {};
  for (let nth = 0; nth < count; nth += 1) {
    await before();
    const [start, started] = [cpu.start(), performance.now()];
    await work();
    latencies.push(performance.now() - started);
    for (const [name, seconds] of Object.entries(cpu.usedSince(start))) used[name] = (used[name] ?? 0) + seconds;
  }
  return { operations: count, seconds: latencies.reduce((sum, ms) => sum + ms, 0) / 1000, cpu: used, latencies };
}

/** CPU milliseconds per operation, of all processes together. */
export const wholeCpu = ({ cpu, operations }: Sample): number =>
  (Object.values(cpu).reduce((sum, seconds) => sum + seconds, 0) * 1000) / operations;
