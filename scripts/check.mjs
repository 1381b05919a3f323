/**
 * `npm run check`: every gate that needs no running engine. All steps run, two at a time; failures are listed at the end.
 * With names of steps as arguments, only those: `npm run check -- lint types`.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const node = process.execPath;
const tool = (path, ...args) => [node, `node_modules/${path}`, ...args];
const script = (name, ...args) => [node, join(import.meta.dirname, name), ...args];

const steps = [
  { name: 'lint', command: tool('eslint/bin/eslint.js', '.', '--max-warnings', '0') },
  { name: 'types', command: tool('typescript/bin/tsc', '-p', 'tsconfig.json') },
  { name: 'format', command: tool('prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.') },
  {
    name: 'dependency rule',
    command: tool('dependency-cruiser/bin/dependency-cruiser.mjs', '--config', '.dependency-cruiser.cjs', 'apps', 'libs', 'migrations'),
  },
  { name: 'generated names', command: ['npm', 'run', '--silent', 'generate:check'] },
  { name: 'promises and tests', command: script('requirements.mjs', '--check') },
  { name: 'released migrations', command: script('migrations.mjs', '--check') },
  { name: 'sizes', command: script('size-report.mjs') },
];

/** Runs one step; resolves, never rejects, with what it printed and whether it passed. */
function run({ name, command: [file, ...args] }) {
  const started = performance.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const done = (passed) => resolve({ name, passed, output, seconds: (performance.now() - started) / 1000 });
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => ((output += error.message), done(false)));
    child.on('close', (code) => done(code === 0));
  });
}

async function runAll(all, print, width = 2) {
  const queue = [...all];
  const results = [];
  const worker = async () => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const result = await run(step);
      results.push(result);
      print(`${result.passed ? 'ok    ' : 'FAILED'} ${result.name.padEnd(20)} ${result.seconds.toFixed(1)} s`);
      if (!result.passed || result.name === 'sizes') print(result.output.trimEnd().replace(/^/gm, '       '));
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !steps.some((step) => step.name === name));
if (unknown.length > 0) throw new Error(`no such step: ${unknown.join(', ')}. There are: ${steps.map(({ name }) => name).join(', ')}`);
const results = await runAll(wanted.length === 0 ? steps : steps.filter(({ name }) => wanted.includes(name)), (line) => console.log(line));
const failed = results.filter(({ passed }) => !passed);
console.log(
  `check: ${results.length - failed.length} steps passed, ${failed.length} failed${failed.map(({ name }) => `\n  ${name}`).join('')}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
