import { relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rules } from '../../scripts/lint/rules.mjs';
import { CopiedTree } from './support/copied-tree.ts';
import { lintCanaries, lintInnocents } from './support/lint-canaries.ts';

interface LintResult {
  readonly filePath: string;
  readonly messages: readonly { readonly ruleId: string | null; readonly message: string }[];
}

describe('D-1 D-5 the lint rules', () => {
  let tree: CopiedTree;
  let found: Map<string, LintResult['messages']>;

  beforeAll(() => {
    tree = CopiedTree.make();
    const planted = [...lintCanaries.map(({ file, source }) => [file, source] as const), ...Object.entries(lintInnocents)];
    for (const [file, source] of planted) tree.plant(file, source);
    const printed = tree.run('eslint/bin/eslint.js', ['--format', 'json', ...planted.map(([file]) => file)]);
    found = new Map((JSON.parse(printed) as LintResult[]).map(({ filePath, messages }) => [relative(tree.path, filePath), messages]));
  }, 120_000);

  afterAll(() => tree.remove());

  it.each(lintCanaries)('$rule catches $what', ({ file, rule }) => {
    expect(found.get(file)?.map(({ ruleId }) => ruleId)).toContain(rule);
  });

  it.each(Object.keys(lintInnocents))('nothing is said against %s', (file) => {
    expect(found.get(file)?.map(({ ruleId, message }) => `${ruleId}: ${message}`)).toEqual([]);
  });

  it('every rule of our own has a canary', () => {
    const caught = new Set(lintCanaries.map(({ rule }) => rule));
    expect(Object.keys(rules).filter((name) => !caught.has(`tenantry/${name}`))).toEqual([]);
  });
});
