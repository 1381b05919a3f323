import { cpuSecondsOfTree, processListeningOn } from './process-tree.ts';

/** CPU seconds by process. */
export type CpuReading = Readonly<Record<string, number>>;

interface Watched {
  readonly pid: number;
  readonly partOf: (commandLine: string) => string;
}

/** Reads what the processes of a measurement have used. Those that are not on this machine, or not on Linux, are left out. */
export class CpuMeter {
  private readonly watched = new Map<string, Watched>();

  /** From now on, under this name or by part: the process that listens on the port, and its descendants. */
  watch(name: string, port: number, partOf: (commandLine: string) => string = () => name): void {
    const pid = process.platform === 'linux' ? processListeningOn(port) : null;
    if (pid === null) this.watched.delete(name);
    else this.watched.set(name, { pid, partOf });
  }

  forget(name: string): void {
    this.watched.delete(name);
  }

  /** `bench` is this process: the client of both sides. */
  read(): CpuReading {
    const { user, system } = process.cpuUsage();
    const others = [...this.watched.values()].flatMap(({ pid, partOf }) => [...cpuSecondsOfTree(pid, partOf)]);
    return { bench: (user + system) / 1e6, ...Object.fromEntries(others) };
  }
}

export function usedBetween(before: CpuReading, after: CpuReading): CpuReading {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, Math.max(0, seconds - (before[name] ?? seconds))]));
}
