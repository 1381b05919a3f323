import { cpuSecondsOfTree, processListeningOn } from './process-tree.ts';

/** CPU seconds by process. */
export type CpuReading = Readonly<Record<string, number>>;

/** Reads what the processes of a measurement have used. Those that are not on this machine, or not on Linux, are left out. */
export class CpuMeter {
  private readonly roots = new Map<string, number>();

  /** From now on, under this name: the process that listens on the port, and its descendants. */
  watch(name: string, port: number): void {
    const pid = process.platform === 'linux' ? processListeningOn(port) : null;
    if (pid === null) this.roots.delete(name);
    else this.roots.set(name, pid);
  }

  forget(name: string): void {
    this.roots.delete(name);
  }

  /** `bench` is this process: the client of both sides. */
  read(): CpuReading {
    const { user, system } = process.cpuUsage();
    const others = [...this.roots].map(([name, pid]) => [name, cpuSecondsOfTree(pid)] as const);
    return { bench: (user + system) / 1e6, ...Object.fromEntries(others) };
  }
}

export function usedBetween(before: CpuReading, after: CpuReading): CpuReading {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, Math.max(0, seconds - (before[name] ?? seconds))]));
}
