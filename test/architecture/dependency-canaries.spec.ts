import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CopiedTree, root } from './support/copied-tree.ts';
import { canaries, skeleton } from './support/dependency-canaries.ts';

interface Violation {
  readonly from: string;
  readonly rule: { readonly name: string };
}

const violationsIn = (tree: CopiedTree): readonly Violation[] => {
  const printed = tree.run('dependency-cruiser/bin/dependency-cruiser.mjs', [
    '--config',
    '.dependency-cruiser.cjs',
    '-T',
    'json',
    'apps',
    'libs',
  ]);
  return (JSON.parse(printed) as { summary: { violations: Violation[] } }).summary.violations;
};

/** The canaries do not disturb one another, so one run over one copy judges all of them. */
describe('the dependency rule', () => {
  let tree: CopiedTree;
  let clean: readonly Violation[];
  let planted: readonly Violation[];

  beforeAll(() => {
    tree = CopiedTree.make();
    for (const [file, source] of Object.entries(skeleton)) tree.plant(file, source);
    clean = violationsIn(tree);
    for (const { file, source } of canaries) tree.plant(file, source);
    planted = violationsIn(tree);
  }, 120_000);

  afterAll(() => tree.remove());

  it('has nothing against a lib and an app of the usual shape', () => {
    const ofSkeleton = clean.filter(({ from }) => from in skeleton);
    expect(ofSkeleton.map(({ from, rule }) => `${rule.name} <- ${from}`)).toEqual([]);
  });

  it.each(canaries)('$rule catches: $what', ({ file, rule }) => {
    expect(planted.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(rule);
  });

  it('has a canary for every rule', () => {
    const config = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs')) as { forbidden: { name: string }[] };
    const names = config.forbidden.map(({ name }) => name);
    expect(names.filter((name) => !canaries.some(({ rule }) => rule === name))).toEqual([]);
  });
});
