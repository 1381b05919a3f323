/* Builds what is out of date; safe to be asked by several processes at once. Plain JavaScript: it runs before anything is built. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const SOURCES = ['apps', 'libs', 'migrations', 'bench', 'test/support'];
const FILES = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const STAMP = 'dist/.built';
const LOCK = 'dist/.build-lock';
const LONGEST_BUILD_MS = 120_000;

/** The newest change below a folder, in milliseconds; folders count, so that a removed file counts too. */
function newestChange(path) {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) return 0;
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestChange(join(path, name))), found.mtimeMs);
}

/** True when something changed after the last build began, or nothing was built yet. */
export function isBuildStale(root = '.') {
  const built = statSync(join(root, STAMP), { throwIfNoEntry: false });
  if (!built) return true;
  return [...SOURCES, ...FILES].some((path) => newestChange(join(root, path)) > built.mtimeMs);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Its holder is gone, or it has been there so long that its number is somebody else's by now. */
function isAbandoned(lock) {
  const found = statSync(lock, { throwIfNoEntry: false });
  if (!found) return false;
  const holder = Number(readFileSync(lock, 'utf8'));
  return (holder > 0 && !isAlive(holder)) || Date.now() - found.mtimeMs > LONGEST_BUILD_MS;
}

async function locked(task) {
  mkdirSync('dist', { recursive: true });
  for (;;) {
    try {
      const file = openSync(LOCK, 'wx');
      writeFileSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isAbandoned(LOCK)) rmSync(LOCK, { force: true });
      await pause(200);
    }
  }
  try {
    return task();
  } finally {
    rmSync(LOCK, { force: true });
  }
}

/**
 * @param {{ node?: string }} options  `node`: the Node that runs the compiler
 * @returns {Promise<{ ok: boolean, output: string }>} the compiler's words when it refused something
 */
export async function buildIfStale({ node = process.execPath } = {}) {
  if (!isBuildStale()) return { ok: true, output: '' };
  return locked(() => {
    if (!isBuildStale()) return { ok: true, output: '' };
    const began = new Date();
    const result = spawnSync(node, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], { encoding: 'utf8' });
    const ok = result.status === 0;
    if (ok) {
      writeFileSync(STAMP, `${began.toISOString()}\n`);
      // What changed while the compiler ran may have been missed: the stamp bears the time of the beginning.
      utimesSync(STAMP, began, began);
    }
    return { ok, output: `${result.stdout ?? ''}${result.stderr ?? ''}` };
  });
}
