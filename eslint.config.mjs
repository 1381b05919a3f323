import tseslint from 'typescript-eslint';
import { rules as own } from './scripts/lint/rules.mjs';
import { tenantTables } from './scripts/lint/tenant-scope.mjs';

const tests = ['**/*.spec.ts', 'test/**/*.ts', '**/testing/**/*.ts', 'libs/*/src/testing.ts'];
const enable = (...names) => Object.fromEntries(names.map((name) => [`tenantry/${name}`, 'error']));

export default tseslint.config(
  { ignores: ['dist/', 'coverage/', '.tenantry/', 'libs/*/src/generated/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' }, plugins: { tenantry: { rules: own } } },
  {
    files: ['**/*.{ts,mjs,cjs}'],
    rules: {
      ...enable('folder-names', 'file-names', 'constructor-parameters', 'no-select-star'),
      'max-lines': ['error', { max: 250, skipBlankLines: true }],
      'max-lines-per-function': ['error', { max: 50, skipBlankLines: true }],
      'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx', 'hack'] }],
      eqeqeq: 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...enable('no-orm-entities'),
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // Ports are asynchronous by contract; an implementation that needs no await keeps the contract.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-extraneous-class': 'off',
      // gRPC names its codes by number on one side and by enum on the other.
      '@typescript-eslint/no-unsafe-enum-comparison': 'off',
    },
  },
  {
    files: ['{libs,apps}/**/*.ts'],
    ignores: tests,
    rules: { 'tenantry/tenant-scope': ['error', tenantTables(`${import.meta.dirname}/migrations`)] },
  },
  { files: ['libs/**/adapters/**/*.ts'], ignores: tests, rules: enable('adapters-name-their-technology') },
  { files: ['libs/**/domain/**/*.ts'], ignores: tests, rules: enable('no-ambient-facts-in-domain') },
  {
    files: ['libs/**/adapters/pg-*.ts', 'libs/outbox/src/postgres/**', 'libs/database/**'],
    rules: enable('postgres-never-asks-the-graph'),
  },
  { files: ['apps/**/*.controller.ts'], rules: enable('no-try-in-controllers') },
  {
    files: tests,
    rules: {
      ...enable('no-focused-tests', 'no-module-mocks'),
      // A suite is one function per describe block; what it holds is short.
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  { files: tests, ignores: ['test/support/**', '**/testing/**'], rules: enable('no-sleep-in-tests') },
  { files: ['test/architecture/support/*-canaries.ts'], rules: { 'tenantry/no-select-star': 'off' } },
);
