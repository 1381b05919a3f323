import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Clock ticks per second in /proc: part of the kernel's interface to programs, whatever its own timer does. */
const ticksPerSecond = 100;

interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  /** Of itself and of children that have ended. */
  readonly seconds: number;
}

const processIds = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

function entryOf(pid: number): ProcessEntry | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in parentheses and may hold anything, also spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    return { pid, parent: Number(fields[1]), seconds: ticks / ticksPerSecond };
  } catch {
    return null; // it ended meanwhile
  }
}

/**
 * CPU time so far of a process, of all that descend from it, and of those of them that have ended. With `partOf`, by part:
 * it is given the command line of each process.
 */
export function cpuSecondsOfTree(root: number, partOf: (commandLine: string) => string): Map<string, number> {
  const entries = processIds().flatMap((pid) => entryOf(pid) ?? []);
  const family = new Set([root]);
  for (let grown = true; grown;) {
    const before = family.size;
    for (const { pid, parent } of entries) if (family.has(parent)) family.add(pid);
    grown = family.size > before;
  }
  const parts = new Map<string, number>();
  for (const { pid, seconds } of entries.filter((entry) => family.has(entry.pid))) {
    const part = partOf(argumentsOf(pid).join(' '));
    parts.set(part, (parts.get(part) ?? 0) + seconds);
  }
  return parts;
}

/** Megabytes of memory that a process holds now; null where nobody tells. */
export function residentMegabytes(pid: number): number | null {
  const line = linesOf(`/proc/${pid}/status`).find((text) => text.startsWith('VmRSS:'));
  return line === undefined ? null : Number(/\d+/.exec(line)?.[0]) / 1024;
}

/** Which process of this machine listens on a TCP port; null when none does that we may look into. */
export function processListeningOn(port: number): number | null {
  const sockets = new Set(['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningSockets(table, port)));
  if (sockets.size === 0) return null;
  // The oldest: what it started may have inherited the socket.
  return processIds().find((pid) => openFiles(pid).some((file) => sockets.has(file))) ?? null;
}

const listening = '0A';

function listeningSockets(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return linesOf(table)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === listening)
    .map((fields) => `socket:[${fields[9]}]`);
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'latin1').split('\n').slice(1);
  } catch {
    return [];
  }
}

function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((file) => linkOf(`/proc/${pid}/fd/${file}`) ?? []);
  } catch {
    return []; // it ended, or is another user's
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

/** The arguments a process was started with. */
export function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
