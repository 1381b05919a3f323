/* `npm test`: every test, one kind after the other, and one closing line with the sums. Arguments go to vitest. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { prepare } from './prepare.mjs';

const PROJECTS = ['unit', 'architecture', 'integration', 'e2e', 'chaos'];

/** What one report counts; a project without a report failed as a whole. */
export function countsOf(report) {
  const { numPassedTests: passed, numFailedTests: failed, testResults } = report;
  // A file that could not even be loaded holds no tests, and yet it failed.
  const brokenFiles = testResults.filter(({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0).length;
  return { passed, failed: failed + brokenFiles };
}

function runProject(node, project, report, args) {
  const vitest = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    project,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
  ];
  const child = spawn(node, [...vitest, `--outputFile.json=${report}`, ...args], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

async function main() {
  const node = await prepare();
  const folder = mkdtempSync(join(tmpdir(), 'tenantry-reports-'));
  const sum = { passed: 0, failed: 0 };
  try {
    for (const project of PROJECTS) {
      console.log(`\n== ${project}`);
      const report = join(folder, `${project}.json`);
      const code = await runProject(node, project, report, process.argv.slice(2));
      const counts = readCounts(report);
      sum.passed += counts.passed;
      // Errors outside of any test (a failed set-up, an unhandled rejection) count too.
      sum.failed += code !== 0 && counts.failed === 0 ? 1 : counts.failed;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  console.log(`\n${sum.passed} passed, ${sum.failed} failed`);
  process.exit(sum.failed === 0 && sum.passed > 0 ? 0 : 1);
}

function readCounts(report) {
  try {
    return countsOf(JSON.parse(readFileSync(report, 'utf8')));
  } catch {
    return { passed: 0, failed: 0 };
  }
}

if (import.meta.main ?? process.argv[1]?.endsWith('test.mjs')) await main();
