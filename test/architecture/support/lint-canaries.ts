import type { Canary } from './dependency-canaries.ts';

const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('\n');
const rule = (name: string, file: string, source: string): Canary => ({
  what: file.slice(file.lastIndexOf('/') + 1),
  rule: name,
  file,
  source,
});

/** What must be caught, rule by rule; each in a file of its own. */
export const lintCanaries: readonly Canary[] = [
  rule(
    'max-lines',
    'libs/canary/src/long-file.ts',
    lines(251, (index) => `export const line${index} = ${index};`),
  ),
  rule(
    'max-lines-per-function',
    'libs/canary/src/long-function.ts',
    `export function long() {\n${lines(51, () => '  globalThis.name;')}\n}\n`,
  ),
  rule('no-warning-comments', 'libs/canary/src/unfinished.ts', `// ${'TO'}DO: later\nexport const unfinished = 1;\n`),
  rule('eqeqeq', 'libs/canary/src/loose.ts', 'export const loose = (a: unknown) => a == 1;\n'),
  rule('@typescript-eslint/no-floating-promises', 'libs/canary/src/floating.ts', 'export const run = () => { Promise.resolve(1); };\n'),
  rule(
    '@typescript-eslint/no-misused-promises',
    'libs/canary/src/misused.ts',
    'export const run = (p: Promise<boolean>) => { if (p) return 1; return 2; };\n',
  ),
  rule('@typescript-eslint/await-thenable', 'libs/canary/src/awaited.ts', 'export const run = async () => { await 1; };\n'),
  rule('@typescript-eslint/no-explicit-any', 'libs/canary/src/anything.ts', 'export const anything = (a: any): number => Number(a);\n'),
  rule(
    '@typescript-eslint/consistent-type-imports',
    'libs/canary/src/types.ts',
    `import { Clock } from '#kernel';\nexport const at = (clock: Clock) => clock.now();\n`,
  ),
  rule(
    '@typescript-eslint/switch-exhaustiveness-check',
    'libs/canary/src/unmapped.ts',
    `export function map(kind: 'a' | 'b') {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n`,
  ),
  ...['services', 'utils', 'helpers', 'interfaces', 'dtos'].map((folder) =>
    rule('tenantry/folder-names', `libs/canary/src/${folder}/thing.ts`, 'export const thing = 1;\n'),
  ),
  rule('tenantry/file-names', 'libs/canary/src/CamelCase.ts', 'export const thing = 1;\n'),
  rule('tenantry/adapters-name-their-technology', 'libs/canary/src/groups/adapters/group-repository.ts', 'export const thing = 1;\n'),
  rule(
    'tenantry/constructor-parameters',
    'libs/canary/src/six-needs.ts',
    'export class SixNeeds { constructor(readonly a: 1, readonly b: 2, readonly c: 3, readonly d: 4, readonly e: 5, readonly f: 6) {} }\n',
  ),
  rule('tenantry/no-select-star', 'libs/canary/src/star.ts', 'export const sql = `\n  SELECT *\n  FROM tenants`;\n'),
  rule('tenantry/no-select-star', 'libs/canary/src/aliased-star.ts', `export const sql = 'select t.* from tenants t';\n`),
  rule('tenantry/no-select-star', 'libs/canary/src/returning-star.ts', `export const sql = 'DELETE FROM tenants RETURNING *';\n`),
  rule('tenantry/no-orm-entities', 'libs/database/src/entity.ts', `import { Entity } from 'typeorm';\nexport const planted = Entity;\n`),
  rule(
    'tenantry/no-orm-entities',
    'libs/database/src/saved.ts',
    'export const run = (db: { manager: { save(): number } }) => db.manager.save();\n',
  ),
  rule(
    'tenantry/no-sleep-in-tests',
    'libs/canary/src/sleeping.spec.ts',
    'export const wait = () => new Promise((done) => setTimeout(done, 50));\n',
  ),
  rule(
    'tenantry/no-sleep-in-tests',
    'libs/canary/src/delaying.spec.ts',
    `import { setTimeout as wait } from 'node:timers/promises';\nexport const planted = wait;\n`,
  ),
  rule(
    'tenantry/no-focused-tests',
    'libs/canary/src/focused.spec.ts',
    `import { it } from 'vitest';\nit.only('runs alone', () => undefined);\n`,
  ),
  rule('tenantry/no-module-mocks', 'libs/canary/src/mocked.spec.ts', `import { vi } from 'vitest';\nvi.mock('#kernel');\n`),
  rule('tenantry/no-ambient-facts-in-domain', 'libs/canary/src/groups/domain/now.ts', 'export const now = () => new Date();\n'),
  rule(
    'tenantry/postgres-never-asks-the-graph',
    'libs/iam/src/graph/adapters/pg-asking.ts',
    `import type { AuthorizationProvider } from '#authorization';\nexport type Planted = AuthorizationProvider;\n`,
  ),
  rule(
    'tenantry/no-try-in-controllers',
    'apps/canary/src/groups.controller.ts',
    'export const run = (work: () => void) => { try { work(); } catch { /* lost */ } };\n',
  ),
  rule(
    'tenantry/tenant-scope',
    'libs/canary/src/unscoped-read.ts',
    `export const sql = 'SELECT name, tenant_id FROM workspaces WHERE id = $1';\n`,
  ),
  rule(
    'tenantry/tenant-scope',
    'libs/canary/src/unscoped-delete.ts',
    `export const sql = 'DELETE FROM tenant_members WHERE user_id = $1';\n`,
  ),
  rule(
    'tenantry/tenant-scope',
    'libs/canary/src/unscoped-join.ts',
    'export const sql = `SELECT u.id FROM users u JOIN workspace_members m ON m.user_id = u.id`;\n',
  ),
  rule('tenantry/tenant-scope', 'libs/canary/src/unscoped-slug.ts', `export const sql = 'SELECT id FROM tenants WHERE slug = $1';\n`),
  rule(
    'tenantry/tenant-scope',
    'libs/canary/src/without-reason.ts',
    `// across tenants:\nexport const sql = 'SELECT slug FROM tenants';\n`,
  ),
];

/** What looks alike and is right: the rules must let it pass. */
export const lintInnocents: Readonly<Record<string, string>> = {
  'libs/canary/src/scoped.ts': `export const sql = 'UPDATE workspaces SET name = $3 WHERE tenant_id = $1 AND id = $2';\n`,
  'libs/canary/src/scoped-insert.ts': `export const sql = 'INSERT INTO tenant_members (tenant_id, user_id) VALUES ($1, $2)';\n`,
  'libs/canary/src/scoped-constant.ts': `const mine = 'WHERE tenant_id = $1';\nexport const sql = \`SELECT id FROM workspaces \${mine}\`;\n`,
  'libs/canary/src/explained.ts': `// across tenants: a slug is looked for in all of them\nexport const sql = 'SELECT slug FROM tenants WHERE slug = $1';\n`,
  'libs/canary/src/explained-member.ts': `export class Finder {\n  /** Finds it. across tenants: by slug */\n  find() {\n    return 'SELECT id FROM tenants WHERE slug = $1';\n  }\n}\n`,
  'libs/canary/src/count.ts': "export const sql = 'SELECT count(*) FROM users';\n",
  'libs/canary/src/unnest.ts': "export const sql = 'INSERT INTO t (a, b) SELECT * FROM unnest($1::text[], $2::text[])';\n",
  'libs/canary/src/groups/domain/later.ts': 'export const later = (now: Date) => new Date(now.getTime() + 1);\n',
  'libs/canary/src/groups/adapters/pg-groups.ts': 'export const save = (groups: { save(): number }) => groups.save();\n',
};
