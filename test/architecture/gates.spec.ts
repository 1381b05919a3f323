import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root } from './support/copied-tree.ts';

const lines = (count: number) => 'export {};\n'.repeat(count);

/** Each gate runs as it does in `npm run check`, over a small tree of its own with one deliberate violation. */
describe('the gates of npm run check', () => {
  let tree: string;

  const plant = (file: string, text: string) => {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    writeFileSync(join(tree, file), text);
  };
  const run = (script: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts', script), ...args], {
      cwd: tree,
      encoding: 'utf8',
    });
    return { passed: status === 0, said: stdout + stderr };
  };

  beforeEach(() => {
    tree = mkdtempSync(join(tmpdir(), 'tenantry-gates-'));
  });
  afterEach(() => rmSync(tree, { recursive: true, force: true }));

  describe('sizes', () => {
    it('lets 250 lines and 50-line functions pass, blank lines aside', () => {
      plant('libs/a/src/largest.ts', `${lines(200)}export function largest() {\n\n\n${'  void 0;\n'.repeat(48)}}\n`);
      expect(run('size-report.mjs').passed).toBe(true);
    });

    it('refuses a file of 251 lines', () => {
      plant('libs/a/src/too-long.ts', lines(251));
      expect(run('size-report.mjs')).toMatchObject({
        passed: false,
        said: expect.stringContaining('too large: 251 lines  libs/a/src/too-long.ts'),
      });
    });

    it('refuses a function of 51 lines', () => {
      plant('libs/a/src/long.ts', `export const long = () => {\n${'  void 0;\n'.repeat(49)}};\n`);
      expect(run('size-report.mjs')).toMatchObject({
        passed: false,
        said: expect.stringContaining('too large: 51 lines  libs/a/src/long.ts long'),
      });
    });
  });

  describe('D-3 released migrations never change', () => {
    beforeEach(() => {
      plant('migrations/1-first.ts', 'one');
      run('migrations.mjs', '--seal');
    });

    it('passes while all is as sealed', () => {
      expect(run('migrations.mjs').passed).toBe(true);
    });

    it('refuses a changed file, and to seal it again', () => {
      plant('migrations/1-first.ts', 'two');
      expect(run('migrations.mjs')).toMatchObject({
        passed: false,
        said: expect.stringContaining('changed after it was sealed: 1-first.ts'),
      });
      expect(run('migrations.mjs', '--seal').passed).toBe(false);
    });

    it('refuses a missing file and one that is not sealed', () => {
      rmSync(join(tree, 'migrations/1-first.ts'));
      expect(run('migrations.mjs').said).toContain('sealed, but gone: 1-first.ts');
      plant('migrations/1-first.ts', 'one');
      plant('migrations/2-second.ts', 'two');
      expect(run('migrations.mjs')).toMatchObject({ passed: false, said: expect.stringContaining('not sealed yet: 2-second.ts') });
      run('migrations.mjs', '--seal');
      expect(run('migrations.mjs').passed).toBe(true);
    });
  });

  describe('promises and tests', () => {
    const promised = (id: string) => `${id} nothing is lost`;
    const test = (id: string) => `it('${promised(id)}', () => undefined);\n`;

    beforeEach(() => {
      plant('docs/promises.json', JSON.stringify({ Projection: { 'P-1': 'Applied.', 'P-2': 'Fenced.' } }));
      plant('test/e2e/kill.spec.ts', test('P-1'));
      run('requirements.mjs');
    });

    it('shows which test holds a promise, and which promise has none', () => {
      const document = readFileSync(join(tree, 'docs/requirements.md'), 'utf8');
      expect(document).toContain(`| P-1 | Applied. | ${promised('P-1')} ([kill.spec.ts](../test/e2e/kill.spec.ts)) |`);
      expect(document).toContain('| P-2 | Fenced. | – |');
      expect(run('requirements.mjs', '--check').passed).toBe(true);
    });

    it('refuses a stale document', () => {
      plant('test/e2e/pause.spec.ts', `it.each([1])('${promised('P-2')}', () => undefined);`);
      expect(run('requirements.mjs', '--check')).toMatchObject({ passed: false, said: expect.stringContaining('is stale') });
    });

    it('refuses a promise whose test is gone, also when the document is written anew', () => {
      plant('test/e2e/kill.spec.ts', "it('something else', () => undefined);");
      for (const args of [[], ['--check']]) {
        expect(run('requirements.mjs', ...args)).toMatchObject({
          passed: false,
          said: expect.stringContaining('P-1 had a test and has none'),
        });
      }
    });

    it('refuses a test that names a promise nobody made', () => {
      plant('test/e2e/other.spec.ts', test('P-9'));
      expect(run('requirements.mjs')).toMatchObject({ passed: false, said: expect.stringContaining('P-9, which is not promised') });
    });
  });

  it('a failing step fails the whole check and is listed', () => {
    plant('libs/a/src/too-long.ts', lines(251));
    const { passed, said } = run('check.mjs', 'sizes');
    expect(passed).toBe(false);
    expect(said).toMatch(/check: 0 steps passed, 1 failed\n {2}sizes/);
  });

  it('the lock file names no registry: it installs from whichever one is configured', () => {
    expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved"|https?:\/\/[^"]*\/-\//);
  });

  it('every dependency is pinned to one version, whichever Node installs it', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });
});
