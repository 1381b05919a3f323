import { basename } from 'node:path';
import { forbid, forbidPath, forbidText } from './forbid.mjs';
import { tenantScope } from './tenant-scope.mjs';

const kebabCase = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.(ts|mts|mjs|cjs)$/;
const call = (name) => `CallExpression[callee.name='${name}']`;
const modifier = (name) => `MemberExpression[object.name=/^(it|test|describe|suite)$/][property.name='${name}']`;

/** What STYLE asks of this code and no published rule checks. test/architecture plants a violation of each. */
export const rules = {
  'folder-names': forbidPath('A folder is named after what it is about, not after a kind of class.', (path) =>
    /(^|\/)(services?|utils?|helpers?|interfaces?|dtos?)\//.test(path),
  ),
  'file-names': forbidPath('File names are kebab-case.', (path) => !kebabCase.test(basename(path).replace(/^\./, ''))),
  'adapters-name-their-technology': forbidPath(
    'An adapter carries its technology first, like pg-tenant-repository.ts.',
    (path) => /\/adapters\//.test(path) && !/^(pg|spicedb|bullmq|redis|smtp|jose|http)-/.test(basename(path)),
  ),
  'constructor-parameters': forbid(
    'More than five constructor parameters: this class does more than one thing.',
    "MethodDefinition[kind='constructor'] > FunctionExpression[params.length>5]",
  ),
  'no-select-star': forbidText(
    'Name the columns: a star changes its meaning with every migration.',
    /\b(select|returning)\s+(distinct\s+)?(\w+\.)?\*(?!\s+from\s+(unnest|jsonb?_)\b)/i,
  ),
  'no-orm-entities': forbid(
    'TypeORM is here for its pool and migrations; rows are written by SQL of our own, without save() and entities.',
    "ImportDeclaration[source.value='typeorm'] ImportSpecifier[imported.name=/^(Entity|BaseEntity|Repository|EntityManager|Column|ManyToOne|OneToMany)$/]",
    "ImportDeclaration[source.value='@nestjs/typeorm']",
    "CallExpression[callee.property.name='getRepository']",
    "CallExpression[callee.property.name='save'][callee.object.property.name='manager']",
  ),
  'no-sleep-in-tests': forbid(
    'Wait for what you need with eventually() or a barrier of test/support; time alone proves nothing.',
    ...['setTimeout', 'sleep', 'delay'].map(call),
    "CallExpression[callee.property.name='setTimeout']",
    'ImportDeclaration[source.value=/^(node:)?timers/]',
  ),
  'no-focused-tests': forbid(
    'A test that does not run holds nothing.',
    ...['only', 'skip', 'todo'].map(modifier),
    'CallExpression[callee.name=/^x?(xit|xdescribe|fit|fdescribe)$/]',
  ),
  'no-module-mocks': forbid(
    'Our ports have fakes; a mocked module tests the mock.',
    "CallExpression[callee.object.name='vi'][callee.property.name=/^(do)?(m|M)ock$/]",
  ),
  'no-ambient-facts-in-domain': forbid(
    'Time and ids come in as arguments.',
    "NewExpression[callee.name='Date'][arguments.length=0]",
    "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    "CallExpression[callee.object.name='Math'][callee.property.name='random']",
    "MemberExpression[object.name='process']",
  ),
  'postgres-never-asks-the-graph': forbid(
    'Truth is in the rows: what PostgreSQL decides must not rest on its own projection.',
    "ImportDeclaration[source.value='#authorization'] ImportSpecifier[imported.name=/^(AuthorizationProvider|GraphSchema)$/]",
  ),
  'no-try-in-controllers': forbid('Errors travel to the one filter that knows statuses.', 'TryStatement'),
  'tenant-scope': tenantScope,
};
