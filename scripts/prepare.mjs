/* What `npm start` and `npm test` do first. Plain JavaScript for Node 18 and newer: it runs before anything is installed. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { buildIfStale } from './build.mjs';

const NODE_MAJOR = 24;

/** Installed packages are what the lock file says: npm keeps a copy of what it installed in node_modules. */
export function isInstallNeeded(root = '.') {
  const installed = statSync(join(root, 'node_modules/.package-lock.json'), { throwIfNoEntry: false });
  if (!installed) return true;
  return statSync(join(root, 'package-lock.json')).mtimeMs > installed.mtimeMs;
}

/** The Node that comes with the packages, else the running one if it is new enough; undefined if neither serves. */
export function chooseNode(root = '.', version = process.versions.node) {
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  const shipped = join(root, 'node_modules/node/bin', file);
  if (existsSync(shipped)) return shipped;
  return Number(version.split('.')[0]) >= NODE_MAJOR ? process.execPath : undefined;
}

function fail(message) {
  console.error(`\n${message}\n`);
  process.exit(1);
}

/** Installs and builds what is missing or out of date. @returns the Node that everything runs on */
export async function prepare() {
  if (isInstallNeeded()) {
    console.log('Installing dependencies (npm ci); once per release, a minute or two …');
    const npm = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      stdio: 'inherit',
      shell: process.platform === 'win32',
    });
    if (npm.status !== 0) fail('Installing failed; npm said why above.');
  }
  const node = chooseNode();
  if (!node)
    fail(
      `Node ${NODE_MAJOR} is needed and did not come with the packages. Allow install scripts (npm rebuild node), or install Node ${NODE_MAJOR}.`,
    );
  const { ok, output } = await buildIfStale({ node });
  if (!ok) fail(`The build failed:\n${output}`);
  return node;
}

/** npm passes SIGTERM to its shell, which ends without passing it on: what is left of npm's wish is that the parent has gone. */
function onceOrphaned(act) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    act();
  }, 300);
}

/**
 * Runs a program in the foreground and ends as it ended. Signals for this process alone are passed on; Ctrl-C reaches
 * the program by itself, since the terminal sends it to all of them.
 */
export function runForeground(node, args, env = process.env) {
  const child = spawn(node, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env });
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT');
  });
  if (process.env.npm_lifecycle_event) onceOrphaned(() => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}
