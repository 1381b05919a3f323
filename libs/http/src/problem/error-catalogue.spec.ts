import { globSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorCatalogue } from './error-catalogue.ts';
import { errorPages } from './error-pages.ts';
import { statusOfKind } from './error-status.ts';

const root = join(import.meta.dirname, '../../../..');
const sources = globSync('{libs,apps}/*/src/**/*.ts', { cwd: root }).filter(
  (path) => !/\.spec\.ts$|\/(testing|problem\/catalogue)\//.test(path),
);

interface Thrown {
  readonly code: string;
  readonly status: number;
}

/** Every code that code of ours can answer with: those of error classes, but for faults of ours, and those of the protocol. */
function thrownCodes(): Thrown[] {
  return sources.flatMap((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const classes = [...text.matchAll(/kind = '(\w+)';\s+override readonly code = '(\w+)'/g)].map(([, kind = '', code = '']) => ({
      code,
      status: statusOfKind[kind as keyof typeof statusOfKind],
    }));
    const protocol = /transport-errors\.ts$/.test(path)
      ? [...text.matchAll(/status: (\d+), code: '(\w+)'|status: (\d+),\s+code: '(\w+)'|malformed\('(\w+)'/g)].map(([, a, b, c, d, e]) => ({
          code: b ?? d ?? e ?? '',
          status: Number(a ?? c ?? 400),
        }))
      : [];
    return [...classes.filter(({ status }) => status !== 500), ...protocol];
  });
}

describe('H-1 a page per code', () => {
  const thrown = thrownCodes();

  it('H-1 every code that is thrown is in the catalogue, with its status, and the other way round', () => {
    const known = errorCatalogue.flatMap(({ code, statuses }) => statuses.map((status) => `${code} ${status}`));
    expect([...new Set(thrown.map(({ code, status }) => `${code} ${status}`))].sort()).toEqual([...known].sort());
  });

  it('H-1 every error class states its code and kind in the form this test reads', () => {
    const declared = sources.flatMap((path) => [...readFileSync(join(root, path), 'utf8').matchAll(/extends DomainError/g)]).length;
    const read = sources.flatMap((path) => [
      ...readFileSync(join(root, path), 'utf8').matchAll(/kind = '\w+';\s+override readonly code = '\w+'/g),
    ]).length;
    expect(read).toBe(declared);
  });

  it('no code is there twice', () => {
    expect(new Set(errorCatalogue.map(({ code }) => code)).size).toBe(errorCatalogue.length);
  });

  it('H-1 docs/errors is what the catalogue says: `npm run docs:errors` makes it so', () => {
    const folder = join(root, 'docs/errors');
    const written = new Map(readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]));
    expect([...written.keys()].sort()).toEqual([...errorPages().keys()].sort());
    for (const [file, text] of errorPages()) expect(written.get(file)).toBe(text);
  });
});
