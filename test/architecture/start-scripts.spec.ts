import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isBuildStale } from '../../scripts/build.mjs';
import { chooseNode, isInstallNeeded } from '../../scripts/prepare.mjs';
import { countsOf } from '../../scripts/test.mjs';

describe('what `npm start` and `npm test` do first', () => {
  let root: string;

  /** A file changed so many seconds ago. */
  const file = (path: string, secondsAgo: number): void => {
    const at = Date.now() / 1000 - secondsAgo;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), '');
    utimesSync(join(root, path), at, at);
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) utimesSync(join(root, folder), at, at);
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'tenantry-scripts-'));
    file('package-lock.json', 100);
    file('package.json', 100);
    file('libs/kernel/src/index.ts', 100);
  });

  afterEach(() => rmSync(root, { recursive: true }));

  it('installs in a fresh clone, and again when the lock file has changed', () => {
    expect(isInstallNeeded(root)).toBe(true);
    file('node_modules/.package-lock.json', 50);
    expect(isInstallNeeded(root)).toBe(false);
    file('package-lock.json', 10);
    expect(isInstallNeeded(root)).toBe(true);
  });

  it('builds in a fresh clone, and again when a source has changed or gone', () => {
    expect(isBuildStale(root)).toBe(true);
    file('dist/.built', 50);
    expect(isBuildStale(root)).toBe(false);
    file('libs/kernel/src/clock.ts', 10);
    expect(isBuildStale(root)).toBe(true);
    file('dist/.built', 5);
    expect(isBuildStale(root)).toBe(false);
    rmSync(join(root, 'libs/kernel/src/clock.ts'));
    expect(isBuildStale(root)).toBe(true);
  });

  it('runs on the Node that came with the packages, whatever Node started it', () => {
    file('node_modules/node/bin/node', 1);
    expect(chooseNode(root, '18.20.0')).toBe(join(root, 'node_modules/node/bin/node'));
  });

  it('runs on the Node at hand when none came along and it is new enough, and on none otherwise', () => {
    expect(chooseNode(root, '24.1.0')).toBe(process.execPath);
    expect(chooseNode(root, '22.9.0')).toBeUndefined();
  });
});

describe('the closing line of `npm test`', () => {
  const suite = (status: string, tests: number) => ({ status, assertionResults: Array.from({ length: tests }, () => ({})) });

  it('counts tests', () => {
    expect(countsOf({ numPassedTests: 4, numFailedTests: 1, testResults: [suite('failed', 5)] })).toEqual({ passed: 4, failed: 1 });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countsOf({ numPassedTests: 4, numFailedTests: 0, testResults: [suite('passed', 4), suite('failed', 0)] })).toEqual({
      passed: 4,
      failed: 1,
    });
  });
});
