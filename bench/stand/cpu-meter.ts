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

  /** What is used between this reading and a later one. */
  start(): CpuReading {
    const others = this.others();
    return { ...others, bench: ownSeconds() };
  }

  /** `bench` is this process: the client of both sides. Reading is work of its own, 10 to 20 ms, and belongs to neither. */
  usedSince(start: CpuReading): CpuReading {
    const bench = ownSeconds();
    return usedBetween(start, { ...this.others(), bench });
  }

  private others(): CpuReading {
    return Object.fromEntries([...this.watched.values()].flatMap(({ pid, partOf }) => [...cpuSecondsOfTree(pid, partOf)]));
  }
}

function ownSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function usedBetween(before: CpuReading, after: CpuReading): CpuReading {
  return Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, Math.max(0, seconds - (before[name] ?? seconds))]));
}
