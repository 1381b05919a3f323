import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './support/copied-tree.ts';

/** What each command prints and how it ends, in place of the real ones. */
interface Commands {
  readonly build?: string;
  readonly check?: string;
  readonly test?: string;
}
const good: Required<Commands> = {
  build: 'exit 0',
  check: "echo 'check: 8 steps passed, 0 failed'",
  test: "echo noise; echo '40 passed, 0 failed'",
};

describe('.ci/run', () => {
  let tree: string;

  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'tenantry-ci-'));
    cpSync(join(root, '.ci/run'), join(tree, '.ci/run'));
    mkdirSync(join(tree, 'node_modules'));
    for (const file of ['package-lock.json', 'node_modules/.package-lock.json']) writeFileSync(join(tree, file), '{}');
  });
  afterEach(() => rmSync(tree, { recursive: true, force: true }));

  const executable = (name: string, script: string) => {
    writeFileSync(join(tree, name), `#!/bin/sh\n${script}\n`);
    chmodSync(join(tree, name), 0o755);
  };
  const run = (commands: Commands) => {
    const { build, check, test } = { ...good, ...commands };
    executable('npm', `case "$*" in *build*) ${build};; *check*) ${check};; *test*) ${test};; *) exit 9;; esac`);
    for (const name of ['redis-server', 'promtool']) executable(name, 'exit 0');
    const { status, stdout } = spawnSync(join(tree, '.ci/run'), { env: { PATH: `${tree}:${process.env.PATH}` }, encoding: 'utf8' });
    const counts = stdout.split('\n').filter((line) => /^\d+ passed, \d+ failed$/.test(line));
    return { status, counts, last: stdout.trimEnd().split('\n').at(-1) };
  };

  it('adds up build, check and tests in exactly one closing line', () => {
    expect(run({})).toEqual({ status: 0, counts: ['49 passed, 0 failed'], last: '49 passed, 0 failed' });
  });

  it('counts a failed build, a failed step of the check and a failed test', () => {
    const check = "echo 'check: 7 steps passed, 1 failed'; echo '  lint'; exit 1";
    const test = "echo '39 passed, 1 failed'; exit 1";
    expect(run({ build: 'exit 2', check, test })).toMatchObject({ status: 1, last: '46 passed, 3 failed' });
  });

  it.each([
    ['that dies without a word', 'exit 137'],
    ['that ends well but says nothing', 'exit 0'],
    ['that says well and exits badly', "echo '40 passed, 0 failed'; exit 1"],
  ])('never passes a test run %s', (_, test) => {
    const { status, last } = run({ test });
    expect(status).toBe(1);
    expect(last).toMatch(/ passed, 1 failed$/);
  });
});
