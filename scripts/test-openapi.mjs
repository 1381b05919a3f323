/**
 * `npm run test:openapi`: schemathesis, a property-based client in Python, against the running API. It needs Python 3.10 or newer;
 * everything else is put into .tenantry/schemathesis. Without Python it says that nothing was run, and fails.
 */
import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { prepare } from './prepare.mjs';

const requirements = 'test/openapi/requirements.txt';
const folder = join('.tenantry', 'schemathesis');
const isWindows = process.platform === 'win32';

function pythonOf(candidates = ['python3', 'python']) {
  return candidates.find((name) => {
    try {
      execFileSync(name, ['-c', 'import sys, venv; sys.exit(0 if sys.version_info >= (3, 10) else 1)'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

function notRun(why) {
  console.error(`not run: ${why}. The OpenAPI document was not held against the server by schemathesis.`);
  process.exit(2);
}

/** A virtual environment of its own, made anew when the list of packages changes. */
function install() {
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  const mark = join(folder, 'installed');
  const bin = join(folder, isWindows ? 'Scripts' : 'bin');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return join(bin, 'schemathesis');
  const python = pythonOf();
  if (python === undefined) notRun('there is no Python 3.10 or newer on the path');
  console.log(`installing schemathesis into ${folder}`);
  rmSync(folder, { recursive: true, force: true });
  try {
    execFileSync(python, ['-m', 'venv', folder], { stdio: 'inherit' });
    execFileSync(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements], {
      stdio: 'inherit',
    });
  } catch {
    notRun('schemathesis could not be installed');
  }
  writeFileSync(mark, wanted);
  return join(bin, 'schemathesis');
}

const node = await prepare();
const tool = join(process.cwd(), install());
const child = spawn(node, ['node_modules/vitest/vitest.mjs', 'run', '--project', 'openapi', ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, SCHEMATHESIS: tool },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
child.once('exit', (code) => process.exit(code ?? 1));
