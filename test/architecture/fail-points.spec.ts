import { globSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { failPointNames } from '../chaos/support/fail-point-names.ts';

it('P-1 every fail point of the code is among those at which the tests pull the plug, and no other', () => {
  const sources = globSync('{apps,libs}/*/src/**/*.ts', { exclude: (name) => name.endsWith('.spec.ts') });
  const passed = sources.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/failPoints\.pass\('([a-z-]+)'\)/g)].map(([, name]) => name),
  );
  expect([...new Set(passed)].sort()).toEqual(Object.values(failPointNames).flat().sort());
});
