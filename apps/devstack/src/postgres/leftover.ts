import { readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const STOP_LIMIT_MS = 20_000;

/** The server that holds a data folder, if one runs. */
export async function serverOf(folder: string): Promise<number | undefined> {
  const [pid] = (await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const id = Number(pid);
  return id > 0 && (await isServerOf(id, folder)) ? id : undefined;
}

/** A number in a file may by now belong to another process; only one that works in this very folder is our server. */
async function isServerOf(pid: number, folder: string): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const workingFolder = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
  return workingFolder === undefined || workingFolder === folder;
}

/** A server left behind by a killed stack still holds the folder: shut it down, so that the next can start. */
export async function stopLeftover(folder: string): Promise<void> {
  const pid = await serverOf(folder);
  if (pid === undefined) return;
  process.kill(pid, 'SIGINT');
  const deadline = Date.now() + STOP_LIMIT_MS;
  while ((await serverOf(folder)) !== undefined) {
    if (Date.now() > deadline) throw new Error(`A PostgreSQL (process ${pid}) still uses ${folder}. Stop it, then start again.`);
    await pause(100);
  }
}
