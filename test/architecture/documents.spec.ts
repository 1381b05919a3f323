import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from './support/copied-tree.ts';

const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).map((file) => file.replaceAll('\\', '/'));
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };

/** Relative links of a document that lead to no file. */
function brokenLinks(file: string, text: string): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target.replace(/#.*$/, ''));
  return targets.filter((target) => target !== '' && !/^[a-z]+:/.test(target) && !existsSync(join(root, dirname(file), target)));
}

/** `npm run x` and `npm x` in a document, where package.json has no such script. */
const unknownScripts = (text: string) =>
  [...text.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[a-z]+(?::[a-z]+)*)/g)]
    .map(([, name = '']) => name)
    .filter((name) => !(name in scripts));

/** Paths in backticks that begin with a folder of ours, and lead nowhere. */
const unknownPaths = (text: string) =>
  [...text.matchAll(/`((?:apps|libs|test|docs|migrations|scripts|bench)\/[\w./-]+)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => !existsSync(join(root, path)));

describe('the documents', () => {
  it.each(documents)('%s leads only to what exists', (file) => {
    const text = read(file);
    expect({ links: brokenLinks(file, text), scripts: unknownScripts(text), paths: unknownPaths(text) }).toEqual({
      links: [],
      scripts: [],
      paths: [],
    });
  });

  it('are checked: what is not there is found', () => {
    const text = 'See [it](no-such.md), `libs/nothing/src`, and run `npm run vanish`.';
    expect([brokenLinks('README.md', text), unknownPaths(text), unknownScripts(text)]).toEqual([
      ['no-such.md'],
      ['libs/nothing/src'],
      ['vanish'],
    ]);
  });

  it('the README is no longer than 200 lines', () => {
    expect(read('README.md').split('\n').length).toBeLessThanOrEqual(201);
  });

  it('the list of decisions names every decision', () => {
    const listed = read('docs/adr/README.md');
    expect(globSync('[0-9]*.md', { cwd: join(root, 'docs/adr') }).filter((file) => !listed.includes(`(${file})`))).toEqual([]);
  });

  it("the operations page has every command of the operator's program, and every metric", () => {
    const read = (pattern: RegExp, files: string) =>
      globSync(files, { cwd: root, exclude: (name) => name.endsWith('.spec.ts') })
        .map((file) => readFileSync(join(root, file), 'utf8'))
        .flatMap((text) => [...text.matchAll(pattern)].map(([, name = '']) => name));
    const commands = read(/\.command\('([a-z-]+)/g, 'apps/ops/src/*.ts');
    const metrics = read(/'(tenantry_[a-z_]+)'/g, '{apps/{api,worker},libs/observability}/src/**/*.ts').filter(
      (name) => name !== 'tenantry_runtime',
    );
    const documented = readFileSync(join(root, 'docs/operations.md'), 'utf8');
    expect([commands.length > 5, metrics.length > 5]).toEqual([true, true]);
    expect([...commands, ...metrics].filter((name) => !new RegExp(`\\b${name}\\b`).test(documented))).toEqual([]);
  });
});
